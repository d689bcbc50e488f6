// How a conversation ends.
import { code, type Mend } from './snippet.ts';

export const endingMends = {
  'close-at-end-of-file': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count == 0) { /* the client has ended its side: nothing more will come */
    close(client);
    return; /* after fork(): the parent closes its copy too, or no FIN is sent */
}`,
    python: code`
data = client.recv(4096)
if not data:  # the client has ended its side
    client.close()
    return`,
    java: code`
int count = in.read(buffer);
if (count == -1) { // the client has ended its side
    client.close();
    return;
}`,
    javascript: code`
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end()); // answers the client's FIN with our own
});`,
  },
  'reply-before-closing': {
    c: code`
/* First everything that is owed, then the end: also when recv() returned 0 or poll() says HUP. */
while ((count = recv(client, buffer, sizeof buffer, 0)) > 0)
    if (send_all(client, buffer, (size_t)count) < 0) break;
close(client); /* close() sends what the kernel still holds, then FIN */`,
    python: code`
while data := client.recv(4096):
    client.sendall(data)  # comes back when all is handed over
client.close()`,
    java: code`
while ((count = in.read(buffer)) != -1) out.write(buffer, 0, count);
out.flush(); // before the close, or the rest is lost
client.close();`,
    javascript: code`
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end()); // end() waits for the writes before it; destroy() does not
});`,
  },
  'end-with-fin': {
    c: code`
/* No SO_LINGER of 0, and nothing left unread: close() with unread bytes sends RST. */
shutdown(client, SHUT_WR);
while (recv(client, buffer, sizeof buffer, 0) > 0)
    ;
close(client);`,
    python: code`
client.shutdown(socket.SHUT_WR)  # FIN
while client.recv(4096):  # what is unread at close() would turn it into RST
    pass
client.close()`,
    java: code`
client.shutdownOutput(); // FIN, and no setSoLinger(true, 0)
while (in.read(buffer) != -1) { }
client.close();`,
    javascript: code`
socket.end(); // FIN behind all that was written; destroy() and resetAndDestroy() cut it off`,
  },
  'no-idle-limit': {
    c: code`
/* No SO_RCVTIMEO, no alarm(): a silent client is a client. When a limit there must be: */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return; /* nothing yet: go on waiting */`,
    python: code`
client.settimeout(None)  # a silent client is a client
data = client.recv(4096)`,
    java: code`
client.setSoTimeout(0); // a silent client is a client
int count = in.read(buffer);`,
    javascript: code`
socket.setTimeout(0); // a silent client is a client`,
  },
  'compare-the-word': {
    c: code`
/* Before anything is changed; the whole message, its line end aside; the count, not strlen(). */
size_t length = (size_t)count;
while (length > 0 && (buffer[length - 1] == '\n' || buffer[length - 1] == '\r'))
    length -= 1;
int is_end = length == 3 && memcmp(buffer, "end", 3) == 0;`,
    python: code`
is_end = data.rstrip(b"\r\n") == b"end"  # ==, not in; the request, not the reply`,
    java: code`
String message = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
boolean isEnd = message.replaceAll("[\r\n]+$", "").equals("end"); // not contains()`,
    javascript: code`
const isEnd = /^end\r?\n?$/.test(chunk.toString('latin1')); // the whole message, not includes()`,
  },
  'compare-the-beginning': {
    c: code`
/* The message's own bytes only: the count, not strlen(); what follows the word does not matter. */
int is_end = count >= 3 && memcmp(buffer, "end", 3) == 0;`,
    python: code`
is_end = data.startswith(b"end")  # not ==; the request, not the reply`,
    java: code`
String message = new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
boolean isEnd = message.startsWith("end"); // not equals()`,
    javascript: code`
const isEnd = chunk.toString('latin1').startsWith('end'); // not ===`,
  },
  'answer-the-word-first': {
    c: code`
send_all(client, buffer, (size_t)count); /* the word is answered like any message */
if (is_end) {
    close(client);
    return;
}`,
    python: code`
client.sendall(data)  # the word is answered like any message
if is_end:
    client.close()
    return`,
    java: code`
out.write(buffer, 0, count); // the word is answered like any message
out.flush();
if (isEnd) {
    client.close();
    return;
}`,
    javascript: code`
socket.write(chunk); // the word is answered like any message
if (isEnd) socket.end();`,
  },
  'end-one-conversation': {
    c: code`
if (is_end) {
    close(client); /* this conversation alone: no exit(), no break out of the accept loop */
    return;
}`,
    python: code`
if is_end:
    client.close()  # this conversation alone: no sys.exit(), no shared flag
    return`,
    java: code`
if (isEnd) {
    client.close(); // this conversation alone: no System.exit(), no static flag
    return;
}`,
    javascript: code`
if (isEnd) socket.end(); // this conversation alone: no server.close(), no process.exit()`,
  },
} satisfies Readonly<Record<string, Mend>>;
