"""The same addresses by img2dataset: python byImg2dataset.py LIST FOLDER PROCESSES THREADS. Prints the seconds its workers took."""

import glob
import json
import os
import sys

from img2dataset import download

if __name__ == "__main__":
    addresses, folder, processes, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with open(addresses, encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    download(
        url_list=addresses,
        output_folder=folder,
        processes_count=processes,
        thread_count=threads,
        number_sample_per_shard=-(-count // processes),
        # Its own default: decoded, fitted into a square of 256 pixels and encoded again.
        resize_mode="border",
        output_format="files",
        enable_wandb=False,
        retries=0,
    )
    stats = [json.load(open(file, encoding="utf-8")) for file in glob.glob(os.path.join(folder, "*_stats.json"))]
    seconds = max(one["end_time"] for one in stats) - min(one["start_time"] for one in stats)
    print(json.dumps({"images": sum(one["successes"] for one in stats), "ms": seconds * 1000}))
