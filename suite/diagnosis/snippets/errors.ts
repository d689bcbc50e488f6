// An error of one conversation, which must stay one.
import { code, type Mend } from './snippet.ts';

export const errorMends = {
  'ignore-sigpipe': {
    c: code`
signal(SIGPIPE, SIG_IGN); /* once, at the start: then a write to one who left fails with EPIPE */

ssize_t sent = send(client, buffer, (size_t)count, MSG_NOSIGNAL); /* or so, call by call */
if (sent < 0)
    close(client); /* this conversation is over, the server is not */`,
    python: code`
try:
    client.sendall(data)
except (BrokenPipeError, ConnectionResetError):  # this conversation is over, the server is not
    client.close()`,
    java: code`
try {
    out.write(buffer, 0, count);
} catch (IOException gone) { // this conversation is over, the server is not
    client.close();
}`,
    javascript: code`
socket.on('error', () => socket.destroy()); // EPIPE, ECONNRESET: without it the process ends`,
  },
  'catch-per-client': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count <= 0) { /* 0: the end; -1: an error, such as a reset. Only this client is finished. */
    close(client);
    return; /* no exit(), no abort() */
}`,
    python: code`
try:
    while data := client.recv(4096):
        client.sendall(data)
except OSError as error:  # one client's trouble stays its own
    print(error, file=sys.stderr)
finally:
    client.close()`,
    java: code`
try (client) {
    while ((count = in.read(buffer)) != -1) out.write(buffer, 0, count);
} catch (IOException error) { // one client's trouble stays its own
    System.err.println(error);
}`,
    javascript: code`
const server = net.createServer((socket) => {
  socket.on('error', (error) => {
    console.error(error.code); // one client's trouble stays its own
    socket.destroy();
  });
});`,
  },
  'go-on-accepting': {
    c: code`
int client = accept(listener, NULL, NULL);
if (client < 0)
    continue; /* ECONNABORTED, EINTR, EMFILE: that client is lost, the listener is not */`,
    python: code`
try:
    client, _ = listener.accept()
except OSError as error:  # that client is lost, the listener is not
    print(error, file=sys.stderr)
    continue`,
    java: code`
try {
    Socket client = listener.accept();
} catch (IOException error) { // inside the loop: that client is lost, the listener is not
    System.err.println(error);
}`,
    javascript: code`
socket.on('error', () => socket.destroy()); // no server.close() in here`,
  },
  'check-the-first-read': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count <= 0) { /* also at the very first read: a client may leave without a word */
    close(client);
    return;
}
char first = buffer[0]; /* only now is there one */`,
    python: code`
data = client.recv(4096)
if not data:  # also at the very first read: a client may leave without a word
    client.close()
    return
first = data[0]  # only now is there one`,
    java: code`
int count = in.read(buffer);
if (count <= 0) { // also at the very first read: a client may leave without a word
    client.close();
    return;
}`,
    javascript: code`
socket.on('end', () => socket.end()); // may come without any 'data' before it`,
  },
  'stay-in-the-buffer': {
    c: code`
/* Never more than there is room for: index and length are checked before each write. */
ssize_t count = recv(client, buffer, sizeof buffer, 0); /* not a larger number */
if (count > 0)
    send_all(client, buffer, (size_t)count); /* no buffer[count] = 0: it may stand outside */`,
    python: code`
data = client.recv(4096)
client.sendall(data)  # in Python only an extension or ctypes can do this`,
    java: code`
int count = in.read(buffer, 0, buffer.length);
if (count > 0) out.write(buffer, 0, count); // no index that is not checked against count`,
    javascript: code`
socket.on('data', (chunk) => socket.write(chunk)); // no index beyond chunk.length`,
  },
  'limit-what-is-kept': {
    c: code`
/* While this client's replies wait, nothing more is read from it: TCP then slows it down. */
if (unsent > 0)
    watched[index].events = POLLOUT;
else
    watched[index].events = POLLIN;`,
    python: code`
writer.write(data)
await writer.drain()  # waits while the client does not read, so that nothing piles up`,
    java: code`
channel.write(bytes);
// While its replies wait, nothing more is read from this client.
key.interestOps(bytes.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);`,
    javascript: code`
if (!socket.write(chunk)) {
  socket.pause(); // nothing more is read while the client does not read
  socket.once('drain', () => socket.resume());
}
// Or simply: socket.pipe(socket)`,
  },
} satisfies Readonly<Record<string, Mend>>;
