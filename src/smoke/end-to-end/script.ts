/**
 * The Python code of the task: it answers every GET with `nonce` at a port for which it asks an external endpoint, and
 * ends by itself after `seconds`, should nobody be left to stop it. Nothing that it prints tells the nonce.
 */
export function taskScript(nonce: string, seconds: number): string {
  // A JSON string without escapes beyond \uXXXX is one of Python's as well.
  return SCRIPT.replace("%NONCE%", JSON.stringify(nonce)).replace("%SECONDS%", String(Math.ceil(seconds)));
}

const SCRIPT = `"""Smoke test of a ClearML gateway: serves a word that nobody else knows."""
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORD = %NONCE%
SECONDS = %SECONDS%

# The end, also when whoever started the test is gone and cannot stop it.
last = threading.Timer(SECONDS, os._exit, [0])
last.daemon = True
last.start()

from clearml import Task  # noqa: E402


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        body = WORD.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass  # requests carry tokens


class Server(ThreadingHTTPServer):
    daemon_threads = True
    if socket.has_dualstack_ipv6():
        address_family = socket.AF_INET6

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


task = Task.init(auto_connect_frameworks=False, auto_resource_monitoring=False)
server = Server(("", 0), Answer)
task.request_external_endpoint(port=server.server_address[1], protocol="http")
print("asked for an endpoint", flush=True)
server.serve_forever()
`;
