"""What code of a smoke test uses of the ClearML SDK: the same names, the same calls to the server."""
import base64
import json
import os
import urllib.request


class Task:
    def __init__(self, task_id):
        self.id = task_id

    @classmethod
    def init(
        cls,
        project_name=None,
        task_name=None,
        task_type=None,
        tags=None,
        reuse_last_task_id=True,
        continue_last_task=False,
        output_uri=None,
        auto_connect_arg_parser=True,
        auto_connect_frameworks=True,
        auto_resource_monitoring=True,
        auto_connect_streams=True,
        deferred_init=False,
    ):
        task = cls(os.environ["CLEARML_TASK_ID"])
        task._data()
        return task

    def request_external_endpoint(
        self,
        port,
        protocol="http",
        wait=False,
        wait_interval_seconds=3.0,
        wait_timeout_seconds=90.0,
        static_route=None,
    ):
        if protocol != "http":
            raise ValueError(f"Invalid protocol: {protocol}")
        asked = {"_SERVICE": "EXTERNAL", "_ADDRESS": "127.0.0.1", "_PORT": port}
        data = self._data()
        _call("tasks.edit", {"task": self.id, "runtime": {**data["runtime"], **asked}})
        tags = sorted({*data["system_tags"], "external_service"})
        _call("tasks.edit", {"task": self.id, "system_tags": tags})

    def _data(self):
        return _call("tasks.get_by_id", {"task": self.id})["task"]


def _call(endpoint, body):
    pair = f"{os.environ['CLEARML_API_ACCESS_KEY']}:{os.environ['CLEARML_API_SECRET_KEY']}"
    headers = {
        "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
        "Content-Type": "application/json",
    }
    url = f"{os.environ['CLEARML_API_HOST']}/{endpoint}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["data"]
