// In PHP: several clients, errors, the machine, and a person at the console.
import { code, type MendsIn } from '../snippet.ts';

export const phpServers = {
  'serve-many': code`
pcntl_signal(SIGCHLD, SIG_IGN); // the kernel takes ended children away
while (true) {
    $client = socket_accept($listener);
    if ($client === false) continue;
    if (pcntl_fork() === 0) { // the child serves this client alone
        socket_close($listener);
        serve($client);
        exit(0);
    }
    socket_close($client); // the parent's copy: else no FIN is ever sent
}`,
  'own-state-a-client': code`
function serve(Socket $client): void // $data is local: no global, no static
{
    while (($data = (string) socket_read($client, 4096)) !== '') {
        send_all($client, $data);
    }
    socket_close($client);
}`,
  'answer-the-one-who-asked': code`
$write = $except = null;
$ready = $clients;
socket_select($ready, $write, $except, null);
foreach ($ready as $client) { // the one that said something, nobody else
    send_all($client, (string) socket_read($client, 4096));
}`,
  'no-fixed-table': code`
$clients[spl_object_id($client)] = $client; // an array has no limit
serve($client);
unset($clients[spl_object_id($client)]); // its place is free again`,
  'never-block-the-loop': code`
socket_set_nonblock($client);
$sent = (int) @socket_write($client, $rest); // not send_all(): it waits
$rest = substr($rest, $sent);
if ($rest !== '') $writers[] = $client; // for socket_select()`,
  'remove-the-right-one': code`
unset($clients[spl_object_id($client)]); // this one: no array_shift()
socket_close($client);`,
  'accept-again': code`
while (true) { // socket_accept() stands inside the loop
    $client = socket_accept($listener);
    if ($client === false) continue;
    serve($client);
    socket_close($client);
}`,
  'accept-until-it-would-block': code`
socket_set_nonblock($listener);
while (($client = @socket_accept($listener)) !== false) { // not once
    serve($client);
}`,
  'restart-accept': code`
while (true) { // nothing leaves this loop: no break, no exit, no die()
    $client = @socket_accept($listener);
    if ($client === false) continue; // a signal came, or a client had left
    serve($client);
}`,
  'close-the-right-socket': code`
if (pcntl_fork() === 0) {
    socket_close($listener); // the child's copy: it accepts nobody
    serve($client);
    exit(0);
}
socket_close($client); // the parent's copy, never its listener`,
  'room-for-many-descriptors': code`
// socket_select() ends at descriptor 1024; a process for each client, or an
// event loop by libuv or libevent, does not. And before it starts:
// ulimit -n 4096`,
  'ignore-sigpipe': code`
if (!send_all($client, $data)) {
    socket_close($client); // this conversation is over, the server is not
    return;
}`,
  'catch-per-client': code`
$data = @socket_read($client, 4096);
if ($data === '' || $data === false) { // the end, or an error: a reset
    socket_close($client); // only this client is finished
    return; // no exit, no die()
}`,
  'go-on-accepting': code`
$client = @socket_accept($listener);
if ($client === false) {
    continue; // that client is lost, the listener is not: no die()
}`,
  'check-the-first-read': code`
$data = @socket_read($client, 4096);
if ($data === '' || $data === false) { // also at the very first read
    socket_close($client);
    return;
}
$first = $data[0]; // only now is there one`,
  'stay-in-the-buffer': code`
$data = (string) socket_read($client, 4096);
send_all($client, $data); // no $data[$index] = … behind its end: it grows`,
  'limit-what-is-kept': code`
// While this client's replies wait, nothing more is read from it.
if ($rest !== '') $writers[] = $client;
else $readers[] = $client;
socket_select($readers, $writers, $except, null);`,
  'reap-children': code`
pcntl_signal(SIGCHLD, SIG_IGN); // the kernel takes ended children away; or:
while (pcntl_waitpid(-1, $status, WNOHANG) > 0);`,
  'close-every-descriptor': code`
try {
    serve($client);
} finally {
    socket_close($client); // however it ends; after pcntl_fork(): in both
}`,
  'end-threads': code`
if (pcntl_fork() === 0) {
    while (($data = (string) @socket_read($client, 4096)) !== '') {
        if (!send_all($client, $data)) break;
    }
    exit(0); // the child ends with its client: not on to socket_accept()
}
socket_close($client); // the parent's own copy`,
  'free-what-a-client-cost': code`
try {
    serve($client);
} finally {
    unset($clients[spl_object_id($client)]); // no array keeps what has gone
    socket_close($client);
}`,
  'stop-at-end-of-file': code`
$data = (string) @socket_read($client, 4096);
if ($data === '') { // comes again and again: no socket_select() of it more
    unset($clients[spl_object_id($client)]);
    socket_close($client);
}`,
  'wait-without-spinning': code`
socket_select($readers, $writers, $except, null); // null: it sleeps; not 0`,
  'end-on-sigterm': code`
pcntl_async_signals(true);
pcntl_signal(SIGTERM, fn () => exit(0)); // or none: the default ends it`,
  'reuse-the-address': code`
$listener = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
socket_set_option($listener, SOL_SOCKET, SO_REUSEADDR, 1);
socket_bind($listener, '0.0.0.0', $port); // after the option`,
  'check-bind': code`
$isBound = @socket_bind($listener, '0.0.0.0', $port);
if (!$isBound || !socket_listen($listener, 128)) { // a queue: not 0
    fwrite(STDERR, socket_strerror(socket_last_error($listener)) . "\n");
    exit(1); // not 0, and not on into the accept loop
}`,
  'read-whole-lines': code`
$line = rtrim((string) fgets(STDIN), "\n"); // a whole line
if ($line !== '') send_all($client, $line);`,
  'take-turns': code`
if ($line !== '') { // an empty line is no turn: both sides would wait
    send_all($client, $line);
    $answer = (string) socket_read($client, 4096);
}`,
  'show-answers-safely': code`
echo $answer, "\n"; // as it came: nothing to decode`,
  'clear-the-frame': code`
$frame = str_pad(substr($line, 0, 499), 500, "\0"); // zeros behind the text
send_all($client, $frame); // always the whole frame`,
  'message-then-close': code`
send_all($client, MESSAGE); // the same for all
socket_shutdown($client, 1);
while ((string) @socket_read($client, 4096) !== ''); // unread: RST
socket_close($client);`,
} satisfies MendsIn;
