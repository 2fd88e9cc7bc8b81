"""Runs a command with a pipe of 4 KiB for its output, and begins to read when a file appears: smallPipe.py FILE COMMAND..."""
import fcntl, os, subprocess, sys, time

F_SETPIPE_SZ = 1031

flag, command = sys.argv[1], sys.argv[2:]
read, write = os.pipe()
fcntl.fcntl(write, F_SETPIPE_SZ, 4096)
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=write)
os.close(write)
while not os.path.exists(flag):
    time.sleep(0.1)
with os.fdopen(read, "rb") as pipe:
    for part in iter(lambda: pipe.read(512), b""):
        sys.stdout.buffer.write(part)
sys.exit(child.wait())
