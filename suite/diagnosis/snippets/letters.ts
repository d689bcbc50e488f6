// Raising letters, and only them.
import { code, type Mend } from './snippet.ts';

export const letterMends = {
  'raise-a-to-z': {
    c: code`
for (ssize_t index = 0; index < count; index += 1)
    if (buffer[index] >= 'a' && buffer[index] <= 'z')
        buffer[index] -= 'a' - 'A'; /* every other byte stays as it is */`,
    python: code`
data = client.recv(4096)
client.sendall(data.upper())  # upper() of bytes raises a to z and leaves the rest alone`,
    java: code`
for (int index = 0; index < count; index += 1) {
    if (buffer[index] >= 'a' && buffer[index] <= 'z') buffer[index] -= 'a' - 'A';
}
out.write(buffer, 0, count);`,
    javascript: code`
for (let index = 0; index < chunk.length; index += 1) {
  if (chunk[index] >= 0x61 && chunk[index] <= 0x7a) chunk[index] -= 32; // a to z alone
}
socket.write(chunk);`,
  },
  'raise-bytes-not-text': {
    c: code`
/* toupper() follows the locale and wants an unsigned char: compare with 'a' and 'z' instead. */
for (ssize_t index = 0; index < count; index += 1)
    if (buffer[index] >= 'a' && buffer[index] <= 'z')
        buffer[index] -= 'a' - 'A';`,
    python: code`
client.sendall(data.upper())  # on bytes: data.decode().upper() would raise é and ß too`,
    java: code`
// On bytes, not by String.toUpperCase(), which knows all alphabets.
for (int index = 0; index < count; index += 1) {
    if (buffer[index] >= 'a' && buffer[index] <= 'z') buffer[index] -= 32;
}`,
    javascript: code`
// Byte by byte: chunk.toString().toUpperCase() would raise é and ß too.
for (let index = 0; index < chunk.length; index += 1) {
  if (chunk[index] >= 0x61 && chunk[index] <= 0x7a) chunk[index] -= 32;
}`,
  },
  'raise-nothing': {
    c: code`
/* An echo: not a byte is changed between the two calls. */
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
client.sendall(client.recv(4096))  # no upper(), no lower()`,
    java: code`
int count = in.read(buffer);
if (count > 0) out.write(buffer, 0, count); // not a byte is changed`,
    javascript: code`
socket.on('data', (chunk) => socket.write(chunk)); // not a byte is changed`,
  },
} satisfies Readonly<Record<string, Mend>>;
