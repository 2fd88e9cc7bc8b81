"""Serves moto on a free port of 127.0.0.1, prints the port, and ends when standard input closes: however its parent ends."""

import logging
import os
import sys
import threading

from moto.core.config import default_user_config
from moto.core.responses import EmptyResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.stepfunctions.responses import StepFunctionResponse
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.ERROR)
# An execution that fails is not an error of the interpreter.
logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
# State machines run, instead of ending at once.
default_user_config["stepfunctions"] = {"execute_state_machine": True}


def send_task_failure(self):
    # The server drops the cause; the interpreter behind it takes one.
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    self.stepfunction_backend.send_task_failure(token, error=error, cause=cause)
    return EmptyResult()


StepFunctionResponse.send_task_failure = send_task_failure
app = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def one_at_a_time(environ, start_response):
    # moto checks a condition and writes in two steps; S3 does both at once.
    with turn:
        return list(app(environ, start_response))


server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
# Where the tasks of state machines call.
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.port, flush=True)
sys.stdin.read()
