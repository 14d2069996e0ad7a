# One training step of MobileNetV2, its normalisations folded into the convolutions as in the ONNX file. argv: cpu|cuda, photos a step.
import json
import sys
import time

import torch
import torch.nn as nn

device, batch = sys.argv[1], int(sys.argv[2])
torch.manual_seed(0)
torch.backends.cudnn.benchmark = True
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
if device == "cpu":
    torch.set_num_threads(1)


def convolution(inside, outside, kernel=1, stride=1, groups=1, bends=True):
    made = nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=True)
    return [made, nn.ReLU6(inplace=True)] if bends else [made]


class Block(nn.Module):
    def __init__(self, inside, outside, stride, widening):
        super().__init__()
        wide = inside * widening
        widen = convolution(inside, wide) if widening > 1 else []
        narrow = convolution(wide, outside, bends=False)
        self.layers = nn.Sequential(*widen, *convolution(wide, wide, 3, stride, groups=wide), *narrow)
        self.adds = stride == 1 and inside == outside

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


def network():
    layers, width = convolution(3, 32, 3, 2), 32
    for widening, channels, count, stride in [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)
    ]:
        for at in range(count):
            layers.append(Block(width, channels, stride if at == 0 else 1, widening))
            width = channels
    layers += [*convolution(320, 1280), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 3)]
    return nn.Sequential(*layers).to(device)


def step(half, layout):
    model = network().to(memory_format=layout)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=device == "cuda")
    scaler = torch.amp.GradScaler(device, enabled=half)
    pictures = torch.randn(batch, 3, 224, 224)
    pictures = pictures.pin_memory() if device == "cuda" else pictures
    labels = torch.randint(0, 3, (batch,), device=device)
    wall, cpu = [], []
    for _ in range(30 if device == "cuda" else 7):
        started, used = time.perf_counter(), time.process_time()
        shown = pictures.to(device, non_blocking=True).contiguous(memory_format=layout)
        with torch.autocast(device, dtype=torch.float16, enabled=half):
            loss = nn.functional.cross_entropy(model(shown), labels)
        optimiser.zero_grad(set_to_none=True)
        scaler.scale(loss).backward()
        scaler.step(optimiser)
        scaler.update()
        loss.item()
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    # The first steps choose kernels.
    middle = sorted(wall[8 if device == "cuda" else 2 :])
    seconds = middle[len(middle) // 2]
    return {"stepMs": 1000 * seconds, "photosPerSecond": batch / seconds, "cpuMs": 1000 * min(cpu) / batch}


told = {
    "version": torch.__version__,
    "device": torch.cuda.get_device_name(0) if device == "cuda" else "one thread",
    "float32": step(False, torch.contiguous_format),
    "float32, channels last": step(False, torch.channels_last),
}
if device == "cuda":
    told["mixed precision"] = step(True, torch.contiguous_format)
    told["mixed precision, channels last"] = step(True, torch.channels_last)
print(json.dumps(told))
