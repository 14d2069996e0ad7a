"""Makes networks.json and the weightless networks beside it: gradients by PyTorch in double precision, as numbers. Not run by the tests.

Weights and pictures follow a formula that the test repeats (`pseudo`), so that no weight is stored.
Needs torch, torchvision, onnx. Run in this folder: python networks.py
"""
import json, math, warnings
import numpy as np, onnx, torch, torchvision
from onnx import numpy_helper
warnings.filterwarnings('ignore')

SIDE, BATCH, CLASSES = 64, 4, 3

def pseudo(name, count):
    """Numbers between -1 and 1 that every language computes alike: a small generator seeded by the name."""
    state = 2166136261
    for c in name.encode():
        state = ((state ^ c) * 16777619) & 0xFFFFFFFF
    out = np.empty(count)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state / 2147483648.0 - 1.0
    return out

def fill(name, shape):
    size = int(np.prod(shape))
    values = pseudo(name, size).reshape(shape)
    if len(shape) > 1:
        fan = int(np.prod(shape[1:]))
        return (values * math.sqrt(6.0 / fan)).astype('f')
    if name.endswith('running_var'):
        return (1 + 0.5 * values).astype('f')
    if name.endswith('weight'):
        return (1 + 0.3 * values).astype('f')
    return (0.2 * values).astype('f')

nets = {
    'resnet18': torchvision.models.resnet18,
    'mobilenet_v3_small': torchvision.models.mobilenet_v3_small,
    'shufflenet_v2_x0_5': torchvision.models.shufflenet_v2_x0_5,
    'squeezenet1_1': torchvision.models.squeezenet1_1,
}
table = {'side': SIDE, 'batch': BATCH, 'classes': CLASSES, 'networks': {}}
for name, make in nets.items():
    model = make(weights=None, num_classes=CLASSES)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    state = model.state_dict()
    for key, value in state.items():
        if value.dtype.is_floating_point:
            state[key] = torch.tensor(fill(key, tuple(value.shape)))
    model.load_state_dict(state)
    x = torch.tensor(pseudo('picture', BATCH * 3 * SIDE * SIDE).reshape(BATCH, 3, SIDE, SIDE).astype('f'))
    y = torch.arange(BATCH) % CLASSES
    model.eval()
    path = f'{name}.onnx'
    torch.onnx.export(model, x, path, input_names=['picture'], output_names=['logits'], opset_version=18, dynamo=False,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                      dynamic_axes={'picture': {0: 'batch'}, 'logits': {0: 'batch'}})
    graph = onnx.load(path)
    known = set(state)
    for tensor in graph.graph.initializer:
        if tensor.name in known:
            # The shape stays, the numbers go.
            tensor.ClearField('raw_data')
            tensor.ClearField('float_data')
    for node in graph.graph.node:
        node.doc_string = ''
    onnx.save(graph, path)
    heads = {'resnet18': 'fc', 'mobilenet_v3_small': 'classifier.3', 'shufflenet_v2_x0_5': 'fc', 'squeezenet1_1': 'classifier.1'}
    rows = {'head': heads[name]}
    for mode in ('running', 'batch'):
        single = {}
        model.float()
        for dtype in (torch.float32, torch.float64):
            model.float()
            model.load_state_dict(state)
            model.eval() if mode == 'running' else model.train()
            model.to(dtype)
            model.zero_grad()
            if name.startswith('squeezenet'):
                # Its classifier is a convolution before the pool; the head that is trained comes after.
                pooled = model.features(x.to(dtype)).mean((2, 3))
                logits = pooled @ model.classifier[1].weight[:, :, 0, 0].T + model.classifier[1].bias
            else:
                logits = model(x.to(dtype))
            loss = torch.nn.functional.cross_entropy(logits, y)
            loss.backward()
            if dtype == torch.float32:
                single = {key: p.grad.double().clone() for key, p in model.named_parameters()}
        largest = max(p.grad.norm() for p in model.parameters())
        rows[mode] = {
            'loss': float(loss.detach()),
            # How far PyTorch's own single precision is from this: some of these networks amplify every rounding.
            'single': float(max((single[key] - p.grad).norm() / max(p.grad.norm(), 1e-4 * largest) for key, p in model.named_parameters())),
            # Of each parameter: length of the gradient, and its product with pseudo('probe ' + name).
            'gradients': {key: [float(p.grad.double().norm()), float((p.grad.double().flatten().numpy() * pseudo('probe ' + key, p.numel())).sum())]
                          for key, p in model.named_parameters()},
        }
    table['networks'][name] = rows
    print(name, len(known), rows['running']['loss'], rows['batch']['loss'])
json.dump(table, open('networks.json', 'w'))
