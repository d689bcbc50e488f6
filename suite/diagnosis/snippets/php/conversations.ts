// In PHP: what one client hears.
import { code, type MendsIn } from '../snippet.ts';

export const phpConversations = {
  'send-what-was-read': code`
$data = socket_read($client, 4096); // '' at the end, false at an error
if ($data !== false) send_all($client, $data); // the bytes as they came`,
  'keep-no-earlier-bytes': code`
while (($data = (string) socket_read($client, 4096)) !== '') {
    send_all($client, $data); // this read alone: no .= over several
}`,
  'add-nothing': code`
send_all($client, $data); // no PHP_EOL, no text of our own around it
error_log('echoed ' . strlen($data) . ' bytes');`,
  'strip-nothing': code`
$data = (string) socket_read($client, 4096);
send_all($client, $data); // no trim(), no rtrim(), no explode()`,
  'work-on-bytes': code`
// Strings are bytes: no mb_*(), no utf8_encode(), no json in between.
send_all($client, (string) socket_read($client, 4096));`,
  'end-by-count': code`
$data = socket_read($client, 4096);
if ($data === '' || $data === false) { // not !$data: "0" is data
    socket_close($client);
    return;
}
send_all($client, $data);`,
  'obey-no-word': code`
send_all($client, $data); // no switch over it, no eval(), no printf($data)
error_log(bin2hex($data));`,
  'raise-a-to-z': code`
$small = implode(range('a', 'z'));
$large = implode(range('A', 'Z'));
send_all($client, strtr($data, $small, $large)); // all else stays as it is`,
  'raise-bytes-not-text': code`
// Byte by byte: mb_strtoupper() knows all alphabets, and until PHP 8.2
// strtoupper() follows the locale.
$small = implode(range('a', 'z'));
$data = strtr($data, $small, implode(range('A', 'Z')));`,
  'raise-nothing': code`
send_all($client, $data); // as it was read: no strtoupper()`,
  'reply-at-once': code`
// Whatever is there: no PHP_NORMAL_READ, no fgets(), no MSG_WAITALL.
$data = (string) socket_read($client, 4096);
send_all($client, $data);`,
  'read-until-nothing-more': code`
// One read is not one message: again and again, until the client's end.
while (($data = (string) socket_read($client, 4096)) !== '') {
    send_all($client, $data);
}
socket_close($client);`,
  'read-until-it-would-block': code`
socket_set_nonblock($client);
while (($data = @socket_read($client, 4096)) !== false) { // not once
    if ($data === '') {
        socket_close($client);
        return;
    }
    send_all($client, $data);
}`,
  'mind-the-last-byte': code`
send_all($client, $data); // all of it: no substr($data, 0, -1)`,
  'write-all': code`
function send_all(Socket $client, string $bytes): bool
{
    while ($bytes !== '') {
        $sent = @socket_write($client, $bytes); // may take a part only
        if ($sent === false) return false;
        $bytes = substr($bytes, $sent);
    }
    return true;
}`,
  'wait-for-room': code`
$sent = @socket_write($client, $rest);
if ($sent !== false) {
    $rest = substr($rest, $sent);
} elseif (socket_last_error($client) === SOCKET_EAGAIN) {
    // No error: the client has not read yet. What is left is kept.
    $read = $except = null;
    $write = [$client];
    socket_select($read, $write, $except, null);
}`,
  'keep-the-order': code`
while (($data = (string) @socket_read($client, 4096)) !== '') {
    if (!send_all($client, $data)) break; // in turn: no fork a message
}`,
  'join-small-writes': code`
socket_set_option($client, SOL_TCP, TCP_NODELAY, 1);
send_all($client, $head . $body); // one call for the whole reply`,
  'speak-when-spoken-to': code`
$client = socket_accept($listener);
$data = (string) socket_read($client, 4096); // first listen: no greeting
send_all($client, $data);`,
  'close-at-end-of-file': code`
$data = socket_read($client, 4096);
if ($data === '' || $data === false) { // the client has ended its side
    socket_close($client);
    return; // after pcntl_fork(): the parent closes its copy too
}`,
  'reply-before-closing': code`
while (($data = (string) socket_read($client, 4096)) !== '') {
    if (!send_all($client, $data)) break; // first what is owed
}
socket_close($client); // then the end`,
  'end-with-fin': code`
socket_shutdown($client, 1); // FIN, and no SO_LINGER of 0
while ((string) @socket_read($client, 4096) !== ''); // unread: RST
socket_close($client);`,
  'no-idle-limit': code`
// No SO_RCVTIMEO and no limit of stream_select(): silence is no error.
$none = ['sec' => 0, 'usec' => 0];
socket_set_option($client, SOL_SOCKET, SO_RCVTIMEO, $none);`,
  'compare-the-word': code`
$isEnd = rtrim($data, "\r\n") === 'end'; // the request; no str_contains()`,
  'compare-the-beginning': code`
$isEnd = str_starts_with($data, 'end'); // not ===`,
  'answer-the-word-first': code`
send_all($client, $data); // the word is answered like any message
if ($isEnd) {
    socket_close($client);
    return;
}`,
  'end-one-conversation': code`
if ($isEnd) {
    socket_close($client); // this conversation alone: no exit, no break 2
    return;
}`,
} satisfies MendsIn;
