// Reading and writing a stream: when, how much, in which order.
import { code, type Mend } from './snippet.ts';

export const sendingMends = {
  'reply-at-once': {
    c: code`
/* recv() returns as soon as anything is there. fgets(), fread() and MSG_WAITALL wait for more;
 * a FILE * keeps what is written until fflush(). */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
data = client.recv(4096)  # whatever is there: no readline(), no read(n) of a file object
client.sendall(data)  # or, with makefile(): stream.write(data); stream.flush()`,
    java: code`
int count = in.read(buffer); // whatever is there: no readLine(), no readFully()
if (count > 0) {
    out.write(buffer, 0, count);
    out.flush(); // a buffered stream keeps it otherwise
}`,
    javascript: code`
socket.on('data', (chunk) => {
  socket.write(chunk); // at each chunk: neither at a newline nor at 'end'
});`,
  },
  'read-until-nothing-more': {
    c: code`
/* One recv() is not one message: whatever a read brings is answered, until the client's end. */
ssize_t count;
while ((count = recv(client, buffer, sizeof buffer, 0)) > 0)
    send_all(client, buffer, (size_t)count);
close(client);`,
    python: code`
while data := client.recv(4096):  # again and again: a message may take several reads
    client.sendall(data)
client.close()`,
    java: code`
int count;
while ((count = in.read(buffer)) != -1) { // until the client ends its side
    out.write(buffer, 0, count);
    out.flush();
}
client.close();`,
    javascript: code`
socket.on('data', (chunk) => socket.write(chunk)); // on(), not once()
socket.on('end', () => socket.end());`,
  },
  'read-until-it-would-block': {
    c: code`
ssize_t count;
while ((count = recv(client, buffer, sizeof buffer, 0)) > 0) /* not once: until EAGAIN */
    send_all(client, buffer, (size_t)count);
if (count == 0 || errno != EAGAIN)
    close(client);`,
    python: code`
try:
    while data := client.recv(4096):  # not once: until nothing is there
        client.sendall(data)
    client.close()
except BlockingIOError:
    pass  # the next event tells when there is more`,
    java: code`
while ((count = channel.read(bytes)) > 0) { // not once: until nothing is there
    bytes.flip();
    while (bytes.hasRemaining()) channel.write(bytes);
    bytes.clear();
}`,
    javascript: code`
socket.on('readable', () => {
  let chunk;
  while ((chunk = socket.read()) !== null) socket.write(chunk); // not one read() an event
});`,
  },
  'mind-the-last-byte': {
    c: code`
/* Room for a NUL is only needed by strings: bytes with a count need none. */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count); /* count, not count - 1 */`,
    python: code`
client.sendall(data)  # all of it: no data[:-1], no data[1:]`,
    java: code`
int count = in.read(buffer, 0, buffer.length);
if (count > 0) out.write(buffer, 0, count); // count, not count - 1`,
    javascript: code`
socket.write(chunk); // all of it: no slice(0, -1)`,
  },
  'write-all': {
    c: code`
int send_all(int client, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return -1; /* EAGAIN: poll() for POLLOUT, go on */
        bytes += sent;
        length -= (size_t)sent;
    }
    return 0;
}`,
    python: code`
client.sendall(data)  # send() may take a part only; sendall() goes on until all is taken`,
    java: code`
out.write(buffer, 0, count); // an OutputStream writes it all
// A SocketChannel does not:
while (bytes.hasRemaining()) channel.write(bytes);`,
    javascript: code`
// write() keeps what does not fit and sends it later; false asks to read no more meanwhile.
if (!socket.write(chunk)) {
  socket.pause();
  socket.once('drain', () => socket.resume());
}`,
  },
  'wait-for-room': {
    c: code`
ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    /* No error: the client has not read yet. What is left is kept until there is room. */
    struct pollfd room = {.fd = client, .events = POLLOUT};
    poll(&room, 1, -1);
}`,
    python: code`
try:
    sent = client.send(rest)
    rest = rest[sent:]
except BlockingIOError:  # no error: the client has not read yet
    select.select([], [client], [])`,
    java: code`
channel.write(bytes);
if (bytes.hasRemaining()) { // kept until the client reads; nothing more is read from it meanwhile
    key.interestOps(SelectionKey.OP_WRITE);
} else {
    key.interestOps(SelectionKey.OP_READ);
}`,
    javascript: code`
if (!socket.write(chunk)) {
  socket.pause(); // read no more until the client has read
  socket.once('drain', () => socket.resume());
}`,
  },
  'keep-the-order': {
    c: code`
/* One client, one thread: the next read begins when this reply is written. */
ssize_t count;
while ((count = recv(client, buffer, sizeof buffer, 0)) > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
while data := await reader.read(4096):  # no create_task() a message: one after the other
    writer.write(data)
    await writer.drain()`,
    java: code`
int count;
while ((count = in.read(buffer)) != -1) {
    out.write(buffer, 0, count); // in this thread, before the next read: no executor a message
}`,
    javascript: code`
for await (const chunk of socket) {
  socket.write(chunk); // in turn: no setTimeout, no promise that is not awaited
}`,
  },
  'join-small-writes': {
    c: code`
int on = 1;
setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
send_all(client, buffer, (size_t)count); /* one reply, one call: not one a byte or a part */`,
    python: code`
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
client.sendall(head + body)  # one call for the whole reply`,
    java: code`
client.setTcpNoDelay(true);
out.write(buffer, 0, count); // one call for the whole reply
out.flush();`,
    javascript: code`
socket.setNoDelay(true);
socket.write(Buffer.concat([head, body])); // one call for the whole reply`,
  },
  'speak-when-spoken-to': {
    c: code`
int client = accept(listener, NULL, NULL);
/* No greeting and no prompt: the first bytes that go out answer the first that came. */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
client, _ = listener.accept()
data = client.recv(4096)  # first listen, then speak
client.sendall(data)`,
    java: code`
Socket client = listener.accept();
int count = client.getInputStream().read(buffer); // first listen, then speak
if (count > 0) client.getOutputStream().write(buffer, 0, count);`,
    javascript: code`
const server = net.createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk)); // no write() outside
});`,
  },
} satisfies Readonly<Record<string, Mend>>;
