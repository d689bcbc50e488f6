"""The Python server of document 002: what its operator types goes to its one client, turn by turn.

Its defects are kept, as they are what a run has to find.
"""

import socket
import sys

DEFAULT_PORT = 7772
BUFFER_SIZE = 1024

# The original has its port built in; the parameter is there so that tests can choose one.
port = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PORT
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# DEFECT: no SO_REUSEADDR: started again after it closed first, it finds its address in use.
listener.bind(("0.0.0.0", port))
listener.listen(1)
# DEFECT: accepts once. Whoever else connects waits until this process ends, and is reset then.
connection, client = listener.accept()
print("a client is here:", client[0])
while True:
    # DEFECT: the end of the input is an exception that nobody expects.
    line = input("> ")
    # DEFECT: of an empty line nothing is sent, so that the client waits, and then so does this side.
    connection.sendall(line.encode())
    # DEFECT: one receive, whatever a message is. It may end inside a character, which decode() does
    # not take; and at end-of-file it is empty, which is not looked at: the lines go on.
    print("received:", connection.recv(BUFFER_SIZE).decode())
