"""Reads and writes the message with zeep, from the agent's WSDL."""

import sys
import time
import types

import zeep
from lxml import etree

wsdl, path = sys.argv[1:]
message = open(path, "rb").read()
client = zeep.Client(wsdl)
binding = client.service._binding
operation = binding.get("GetBatchTaskInfosByAssociates")
response = types.SimpleNamespace(
    status_code=200, headers={"Content-Type": "text/xml; charset=utf-8"}, content=message, encoding="utf-8"
)


def decode():
    result = binding.process_reply(client, operation, response)
    return getattr(getattr(result, "body", result), "Response", None) or result


def encode(result):
    serialized = operation.output.serialize(Response=result)
    return etree.tostring(serialized.content)


def least(work):
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


result = decode()
items = getattr(result, "BatchTaskInfo", result)
assert len(items) == 1000
written = encode({"BatchTaskInfo": items})
print(f"decode\t{len(message) / least(decode) / 1e6:.1f}")
print(f"encode\t{len(written) / least(lambda: encode({'BatchTaskInfo': items})) / 1e6:.1f}")
print(f"version\t{zeep.__version__}")
