// What is sent back: exactly the bytes that were read.
import { code, type Mend } from './snippet.ts';

export const byteMends = {
  'send-what-was-read': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
/* The count that recv() returned says how much came: not strlen(), not sizeof. */
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
data = client.recv(4096)
client.sendall(data)  # the bytes as they came, all of them`,
    java: code`
int count = in.read(buffer);
// Only what this read brought: the rest of the buffer is old.
if (count > 0) out.write(buffer, 0, count);`,
    javascript: code`
socket.on('data', (chunk) => {
  socket.write(chunk); // this chunk, as it came
});`,
  },
  'keep-no-earlier-bytes': {
    c: code`
char buffer[4096]; /* the client's own, and its length is the count of this read */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
while data := client.recv(4096):  # a new object at each read: nothing piles up
    client.sendall(data)`,
    java: code`
int count;
while ((count = in.read(buffer)) != -1) {
    out.write(buffer, 0, count); // never the whole buffer, never what came before
}`,
    javascript: code`
socket.on('data', (chunk) => {
  socket.write(chunk); // nothing is collected from one chunk to the next
});`,
  },
  'add-nothing': {
    c: code`
/* Neither puts(), fprintf() nor a NUL: nothing but what was read. Logs go to standard error. */
send_all(client, buffer, (size_t)count);
fprintf(stderr, "echoed %zd bytes\n", count);`,
    python: code`
client.sendall(data)  # no print(..., file=client), no "\n", no prefix
print(f"echoed {len(data)} bytes", file=sys.stderr)`,
    java: code`
out.write(buffer, 0, count); // an OutputStream: println() of a PrintWriter adds a line end
out.flush();`,
    javascript: code`
socket.write(chunk); // no text of our own around it
console.error('echoed ' + chunk.length + ' bytes');`,
  },
  'strip-nothing': {
    c: code`
/* A line end and a blank are bytes like any others: they go back too. */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
data = client.recv(4096)
client.sendall(data)  # no strip(), no split(), no splitlines()`,
    java: code`
int count = in.read(buffer); // not readLine(), which takes the line end away
if (count > 0) out.write(buffer, 0, count); // and no trim()`,
    javascript: code`
socket.on('data', (chunk) => {
  socket.write(chunk); // no toString().trim()
});`,
  },
  'work-on-bytes': {
    c: code`
unsigned char bytes[4096]; /* unsigned: 0xff stays 255 and does not become -1 */
ssize_t count = recv(client, bytes, sizeof bytes, 0);
if (count > 0)
    send_all(client, (const char *)bytes, (size_t)count);`,
    python: code`
data = client.recv(4096)
client.sendall(data)  # bytes in, bytes out: no decode(), no encode(), no str()`,
    java: code`
byte[] bytes = new byte[4096];
int count = in.read(bytes); // an InputStream: no Reader and no String in between
if (count > 0) out.write(bytes, 0, count);`,
    javascript: code`
// No socket.setEncoding(), no chunk.toString(): chunk is a Buffer and stays one.
socket.on('data', (chunk) => {
  socket.write(chunk);
});`,
  },
  'end-by-count': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count == 0)
    close(client); /* the client has ended its side: only the count tells, never a byte */
else if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
data = client.recv(4096)
if data == b"":  # only no bytes at all is the end: b"0", b"\n" and b"\x04" are data
    client.close()
else:
    client.sendall(data)`,
    java: code`
int value = in.read(); // an int: -1 is the end, 255 is the byte 0xff
if (value == -1) client.close();
else out.write(value);`,
    javascript: code`
socket.on('data', (chunk) => socket.write(chunk)); // whatever the bytes are
socket.on('end', () => socket.end()); // the end is an event of its own`,
  },
  'obey-no-word': {
    c: code`
/* What a client says is data: it is neither compared with commands nor used as a format. */
send_all(client, buffer, (size_t)count);
printf("%.*s\n", (int)count, buffer);`,
    python: code`
client.sendall(data)  # no if data == b"quit", no data % ..., no eval
print("%r" % (data,), file=sys.stderr)`,
    java: code`
out.write(buffer, 0, count); // no equals("quit"), no String.format(message)`,
    javascript: code`
socket.write(chunk); // no switch over its text, no unescaping`,
  },
} satisfies Readonly<Record<string, Mend>>;
