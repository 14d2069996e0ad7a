# extract.py WHEEL FOLDER: TensorFlow's two libraries and the headers of its C interface, out of its Python package.
import os
import shutil
import sys
import zipfile

wheel, folder = sys.argv[1:]
libraries = {
    "tensorflow/libtensorflow_cc.so.2": "libtensorflow.so",
    "tensorflow/libtensorflow_framework.so.2": "libtensorflow_framework.so",
}
headers = ("tensorflow/c/", "tensorflow/core/platform/", "xla/", "tsl/")
include = "tensorflow/include/"
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        name = entry.filename
        inner = name[len(include):] if name.startswith(include) else ""
        if name in libraries:
            to = os.path.join(folder, "lib", os.path.basename(name))
        elif inner.startswith(headers) and name.endswith((".h", ".inc")):
            to = os.path.join(folder, "include", *inner.split("/"))
        else:
            continue
        os.makedirs(os.path.dirname(to), exist_ok=True)
        with archive.open(entry) as source, open(to, "wb") as target:
            shutil.copyfileobj(source, target)
for name, short in libraries.items():
    os.symlink(os.path.basename(name), os.path.join(folder, "lib", short))
