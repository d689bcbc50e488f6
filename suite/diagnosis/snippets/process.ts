// What a server owes the machine that it runs on.
import { code, type Mend } from './snippet.ts';

export const processMends = {
  'reap-children': {
    c: code`
signal(SIGCHLD, SIG_IGN); /* the kernel takes ended children away; or, in a handler: */
while (waitpid(-1, NULL, WNOHANG) > 0)
    ; /* a loop: several may have ended while one signal came */`,
    python: code`
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # or socketserver.ForkingMixIn, which reaps`,
    java: code`
Process child = new ProcessBuilder("worker").start();
child.waitFor(); // or child.onExit().thenRun(...)`,
    javascript: code`
child.on('exit', () => workers.delete(child)); // node reaps; forget the ended one`,
  },
  'close-every-descriptor': {
    c: code`
pid_t child = fork();
if (child == 0) {
    close(listener); /* the child needs only the client */
    serve_one(client);
    close(client);
    _exit(0);
}
close(client); /* the parent's own copy: without this no FIN is ever sent */`,
    python: code`
with client:  # closed however the conversation ends
    while data := client.recv(4096):
        client.sendall(data)`,
    java: code`
try (Socket client = listener.accept()) { // closed however the conversation ends
    serve(client);
}`,
    javascript: code`
socket.on('end', () => socket.end());
socket.on('error', () => socket.destroy()); // closed however the conversation ends`,
  },
  'end-threads': {
    c: code`
pthread_t thread;
if (pthread_create(&thread, NULL, serve, argument) == 0)
    pthread_detach(thread); /* or pthread_join(): else its stack stays for ever */
/* and serve() returns when recv() gives 0 or -1 */`,
    python: code`
def serve(client):
    with client:
        while data := client.recv(4096):  # ends at b"": then the thread ends too
            client.sendall(data)`,
    java: code`
try (client) {
    while ((count = in.read(buffer)) != -1) out.write(buffer, 0, count);
} // run() returns here: the thread ends with its client`,
    javascript: code`
socket.on('close', () => worker.terminate()); // the worker of a client ends with it`,
  },
  'free-what-a-client-cost': {
    c: code`
struct conversation *held = malloc(sizeof *held);
if (held == NULL) return;
serve_with(held);
free(held); /* on every way out of the conversation */
pthread_detach(pthread_self()); /* in a thread: detached or joined, or its stack stays */`,
    python: code`
try:
    serve(client)
finally:
    clients.discard(client)  # no list, dict or log keeps what has gone
    client.close()`,
    java: code`
try {
    serve(client);
} finally {
    clients.remove(client); // no list or map keeps what has gone
    client.close();
}`,
    javascript: code`
socket.on('close', () => clients.delete(socket)); // no array or map keeps what has gone`,
  },
  'stop-at-end-of-file': {
    c: code`
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count <= 0) { /* 0 comes again and again: the loop must end here */
    close(client);
    watched[index] = watched[used - 1]; /* and poll() must not be asked about it any more */
    used -= 1;
}`,
    python: code`
data = client.recv(4096)
if not data:  # b"" comes again and again: the loop must end here
    selector.unregister(client)
    client.close()`,
    java: code`
int count = in.read(buffer);
if (count == -1) { // comes again and again: the loop must end here
    client.close();
    return;
}`,
    javascript: code`
socket.on('end', () => socket.end()); // and no timer or setImmediate that outlives the socket
socket.on('close', () => clearInterval(timer));`,
  },
  'wait-without-spinning': {
    c: code`
/* Sleep in the kernel until there is something to do: no loop over non-blocking calls. */
poll(watched, (nfds_t)used, -1);`,
    python: code`
for key, _ in selector.select():  # sleeps until there is something to do: no timeout of 0
    handle(key)`,
    java: code`
selector.select(); // sleeps until there is something to do: not selectNow() in a loop`,
    javascript: code`
socket.on('data', (chunk) => socket.write(chunk)); // an event, not setImmediate() and read()`,
  },
  'end-on-sigterm': {
    c: code`
signal(SIGTERM, SIG_DFL); /* or a handler that sets a flag which the accept loop looks at */`,
    python: code`
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))`,
    java: code`
// The default ends the JVM. A shutdown hook must come to an end itself:
Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.println("bye")));`,
    javascript: code`
process.on('SIGTERM', () => {
  server.close();
  process.exit(0);
});`,
  },
  'reuse-the-address': {
    c: code`
int on = 1;
setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* before bind() */`,
    python: code`
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # before bind()
listener.bind(("", port))  # socket.create_server() does both`,
    java: code`
ServerSocket listener = new ServerSocket();
listener.setReuseAddress(true); // before bind()
listener.bind(new InetSocketAddress(port));`,
    javascript: code`
net.createServer(serve).listen(port); // node sets SO_REUSEADDR; leave the old process time to end`,
  },
  'check-bind': {
    c: code`
if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 128) < 0) {
    perror("bind or listen");
    exit(1); /* not 0, and not on into the accept loop */
}`,
    python: code`
try:
    listener.bind(("", port))
except OSError as error:
    sys.exit(f"port {port}: {error}")  # says so and exits with 1`,
    java: code`
try (ServerSocket listener = new ServerSocket(port)) {
    serveAll(listener);
} catch (IOException error) {
    System.err.println("port " + port + ": " + error.getMessage());
    System.exit(1); // not 0
}`,
    javascript: code`
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1); // not 0
});`,
  },
} satisfies Readonly<Record<string, Mend>>;
