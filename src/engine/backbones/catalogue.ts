/** Networks that Winnow knows: where they lie, what they are, how they want their pixels. Nothing is fetched here. */

import type { Recipe } from '../../protocol/engine.js';

export interface CatalogueEntry {
  readonly id: string;
  /** One line for a person who chooses. */
  readonly about: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly licence: string;
  readonly recipe: Recipe;
  /** Pinned to a commit; null = only from a local file. */
  readonly url: string | null;
  /** Claimed ImageNet top-1, percent: orders what "best cached" means. */
  readonly top1: number;
}

const zoo = 'https://media.githubusercontent.com/media/onnx/models/b1eeaa1ac722dcc1cd1a8284bde34393dab61c3d';
const classification = `${zoo}/validated/vision/classification`;
const imagenet: Recipe = { size: 224, normalise: 'imagenet' };
const signed: Recipe = { size: 224, normalise: 'signed' };
const apache = 'Apache-2.0';

export const catalogue: readonly CatalogueEntry[] = [
  {
    id: 'mobilenet-v2-coral',
    about: 'MobileNetV2, float32, sees any picture size: the best that is fast on a processor',
    sha256: '3a6a9bd8a2c906b1cd0779ecf193168492507e044e57bb9d2fb999e7a69dfb20',
    bytes: 13_965_641,
    licence: apache,
    recipe: signed,
    url: null,
    top1: 71.9,
  },
  {
    id: 'mobilenetv2-12-int8',
    about: 'MobileNetV2, 8-bit integers: a quarter of the size and twice as fast',
    sha256: '83530ad811bc31d2b60a5599a21265a5057608c9b044b4ee758cc22f2309f54f',
    bytes: 3_655_640,
    licence: apache,
    recipe: imagenet,
    url: null,
    top1: 68.3,
  },
  {
    id: 'mobilenetv2-12',
    about: 'MobileNetV2 of the ONNX model zoo',
    sha256: 'c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5',
    bytes: 13_964_571,
    licence: apache,
    recipe: imagenet,
    url: `${classification}/mobilenet/model/mobilenetv2-12.onnx`,
    top1: 69.48,
  },
  {
    id: 'mobilenetv2-7',
    about: 'MobileNetV2 of the ONNX model zoo, older and slightly better',
    sha256: 'c1c513582d56afceff8516c73804e484c81c6a830712ab6d682253f4a3cd042f',
    bytes: 14_246_826,
    licence: apache,
    recipe: imagenet,
    url: `${classification}/mobilenet/model/mobilenetv2-7.onnx`,
    top1: 70.94,
  },
  {
    id: 'resnet18-v1-7',
    about: 'ResNet-18: four times slower than MobileNetV2',
    sha256: '4e8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c',
    bytes: 46_820_737,
    licence: apache,
    recipe: imagenet,
    url: `${classification}/resnet/model/resnet18-v1-7.onnx`,
    top1: 69.93,
  },
  {
    id: 'efficientnet-lite4-11',
    about: 'EfficientNet-Lite4: the most accurate here, and the slowest',
    sha256: 'd111689907c06eea7c82e4833ddef758da6453b9d4cf60b7e99ca05c7cbd9c12',
    bytes: 51_946_641,
    licence: apache,
    recipe: signed,
    url: `${classification}/efficientnet-lite4/model/efficientnet-lite4-11.onnx`,
    top1: 80.4,
  },
  {
    id: 'shufflenet-v2-12',
    about: 'ShuffleNetV2: small and fast',
    sha256: 'ea69821b4dd374ae2f33f9710dd1229ac263d0ee5b5a46ca3521f6483e1ba035',
    bytes: 9_218_556,
    licence: apache,
    recipe: imagenet,
    url: `${classification}/shufflenet/model/shufflenet-v2-12.onnx`,
    top1: 66.35,
  },
  {
    id: 'squeezenet1.1-7',
    about: 'SqueezeNet 1.1: the smallest download',
    sha256: '1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088',
    bytes: 4_956_208,
    licence: apache,
    recipe: imagenet,
    url: `${classification}/squeezenet/model/squeezenet1.1-7.onnx`,
    top1: 56.34,
  },
];
