// Servers at which a person types, and servers with a message of their own.
import { code, type Mend } from './snippet.ts';

export const operatorMends = {
  'read-whole-lines': {
    c: code`
char *line = NULL;
size_t room = 0;
ssize_t length = getline(&line, &room, stdin); /* whole lines of any length: not scanf("%s") */
if (length > 0 && line[length - 1] == '\n')
    length -= 1;
if (length > 0)
    send_all(client, line, (size_t)length);`,
    python: code`
line = sys.stdin.buffer.readline().rstrip(b"\n")  # a whole line, as bytes
if line:
    client.sendall(line)`,
    java: code`
String line = console.readLine(); // a whole line: not Scanner.next()
if (line != null && !line.isEmpty()) out.write(line.getBytes(StandardCharsets.UTF_8));`,
    javascript: code`
const lines = readline.createInterface({ input: process.stdin });
for await (const line of lines) if (line !== '') socket.write(line);`,
  },
  'take-turns': {
    c: code`
/* A line out, then one answer in, then the next line. An empty line is no turn: nothing would be
 * sent, and both sides would wait. */
if (length > 0) {
    send_all(client, line, (size_t)length);
    count = recv(client, buffer, sizeof buffer, 0);
}`,
    python: code`
if line:  # an empty line is no turn: nothing would be sent, and both sides would wait
    client.sendall(line)
    answer = client.recv(4096)`,
    java: code`
if (!line.isEmpty()) { // an empty line is no turn: both sides would wait
    out.write(line.getBytes(StandardCharsets.UTF_8));
    int count = in.read(buffer);
}`,
    javascript: code`
if (line !== '') {
  socket.write(line); // an empty line is no turn: both sides would wait
  await once(socket, 'data');
}`,
  },
  'show-answers-safely': {
    c: code`
printf("%.*s\n", (int)count, buffer); /* as it came: nothing to decode */`,
    python: code`
answer = client.recv(4096)
print(answer.decode("utf-8", "backslashreplace"))  # shows what does not decode, and goes on`,
    java: code`
// This constructor puts U+FFFD in place of what does not decode; it throws nothing.
System.out.println(new String(buffer, 0, count, StandardCharsets.UTF_8));`,
    javascript: code`
console.log(chunk.toString('utf8')); // puts U+FFFD in place of what does not decode`,
  },
  'clear-the-frame': {
    c: code`
char frame[500];
memset(frame, 0, sizeof frame); /* at each line: no byte of an earlier one is left */
memcpy(frame, line, length < (ssize_t)sizeof frame ? (size_t)length : sizeof frame - 1);
send_all(client, frame, sizeof frame); /* always the whole frame */`,
    python: code`
frame = line[:499].ljust(500, b"\0")  # always 500 bytes, zeros behind the text
client.sendall(frame)`,
    java: code`
byte[] frame = new byte[500]; // a new one at each line: all zeros
byte[] text = line.getBytes(StandardCharsets.UTF_8);
System.arraycopy(text, 0, frame, 0, Math.min(text.length, 499));
out.write(frame);`,
    javascript: code`
const frame = Buffer.alloc(500); // a new one at each line: all zeros
frame.write(line, 0, 499);
socket.write(frame);`,
  },
  'message-then-close': {
    c: code`
send_all(client, message, strlen(message)); /* the message, the same for all */
shutdown(client, SHUT_WR);
while (recv(client, buffer, sizeof buffer, 0) > 0)
    ; /* what is unread at close() would turn FIN into RST */
close(client);`,
    python: code`
client.sendall(MESSAGE)  # the same for all
client.shutdown(socket.SHUT_WR)
while client.recv(4096):  # what is unread at close() would turn FIN into RST
    pass
client.close()`,
    java: code`
out.write(MESSAGE); // the same for all
client.shutdownOutput();
while (in.read(buffer) != -1) { } // what is unread at close() would turn FIN into RST
client.close();`,
    javascript: code`
socket.end(MESSAGE); // the same for all, then FIN
socket.resume(); // read on, so that the client's bytes do not turn FIN into RST`,
  },
} satisfies Readonly<Record<string, Mend>>;
