/** What lies beside an exported ONNX file for whoever opens the folder: what it is, and ten lines for four languages. */

export interface OnnxReadme {
  readonly name: string;
  readonly run: string;
  readonly vocab: readonly string[];
  readonly embeddingLength: number;
  readonly checked: { readonly images: number; readonly maxDifference: number };
}

const fence = '```';
const code = (language: string, text: string): string => `${fence}${language}\n${text.trim()}\n${fence}\n`;

export const onnxReadme = ({ name, run, vocab, embeddingLength, checked }: OnnxReadme): string => `# ${name}: model.onnx

Tells ${String(vocab.length)} classes apart: ${vocab.map((label) => `\`${label.replaceAll('`', "'")}\``).join(', ')}. Made by Winnow from run ${run}.

**In**: \`pixels\`, uint8 [height, width, 3]: the decoded photo, any size, RGB, turned upright, transparency on white. Resizing, cropping and scaling are inside the graph.
**Out**: \`probabilities\`, float32 [1, ${String(vocab.length)}], calibrated, in the order of the metadata entry \`classes\` (JSON); \`embedding\`, float32 [1, ${String(embeddingLength)}]; \`familiarity\`, float32 [1, 1]: small for a photo unlike those it was trained on.

Loaded again after it was written and compared with Winnow on ${String(checked.images)} photos: the same top class on all of them, no probability off by more than ${checked.maxDifference.toExponential(1)}.

It needs onnxruntime 1.16 or newer (opset 18). It contains embeddings of training photos (not the photos).

## Python

${code(
  'python',
  `
import json, numpy, onnxruntime
from PIL import Image, ImageOps
session = onnxruntime.InferenceSession("model.onnx")
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
photo = ImageOps.exif_transpose(Image.open("photo.jpg")).convert("RGB")
probabilities = session.run(["probabilities"], {"pixels": numpy.asarray(photo)})[0][0]
for name, p in sorted(zip(classes, probabilities), key=lambda pair: -pair[1]):
    print(f"{p:6.1%}  {name}")
`,
)}
## Node

${code(
  'js',
  `
import ort from 'onnxruntime-node';
import sharp from 'sharp';
const classes = ${JSON.stringify(vocab)};
const session = await ort.InferenceSession.create('model.onnx');
const { data, info } = await sharp('photo.jpg').autoOrient().flatten({ background: '#fff' })
  .toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
const pixels = new ort.Tensor('uint8', data, [info.height, info.width, 3]);
const { probabilities } = await session.run({ pixels });
classes.forEach((name, at) => console.log(name, probabilities.data[at]));
`,
)}
## Browser

${code(
  'js',
  `
import * as ort from 'onnxruntime-web';
const classes = ${JSON.stringify(vocab)};
const session = await ort.InferenceSession.create('model.onnx');
const bitmap = await createImageBitmap(file);
const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
context.fillStyle = '#fff'; context.fillRect(0, 0, bitmap.width, bitmap.height); context.drawImage(bitmap, 0, 0);
const rgba = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
const rgb = new Uint8Array((rgba.length / 4) * 3).map((_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]);
const { probabilities } = await session.run({ pixels: new ort.Tensor('uint8', rgb, [bitmap.height, bitmap.width, 3]) });
`,
)}
## C#

${code(
  'csharp',
  `
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SixLabors.ImageSharp; using SixLabors.ImageSharp.PixelFormats; using SixLabors.ImageSharp.Processing;
using var session = new InferenceSession("model.onnx");
using var photo = Image.Load<Rgb24>("photo.jpg"); photo.Mutate(edit => edit.AutoOrient());
var rgb = new byte[photo.Width * photo.Height * 3]; photo.CopyPixelDataTo(rgb);
var pixels = new DenseTensor<byte>(rgb, new[] { photo.Height, photo.Width, 3 });
using var results = session.Run(new[] { NamedOnnxValue.CreateFromTensor("pixels", pixels) }, new[] { "probabilities" });
Console.WriteLine(string.Join(" ", results[0].AsTensor<float>()));
`,
)}`;
