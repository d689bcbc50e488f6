// Several clients, and none that feels another.
import { code, type Mend } from './snippet.ts';

export const clientMends = {
  'serve-many': {
    c: code`
for (;;) {
    int *client = malloc(sizeof *client); /* each thread has its own: &client would be shared */
    if (client == NULL) continue;
    *client = accept(listener, NULL, NULL);
    pthread_t thread;
    if (*client >= 0 && pthread_create(&thread, NULL, serve, client) == 0) pthread_detach(thread);
}`,
    python: code`
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()`,
    java: code`
while (true) {
    Socket client = listener.accept();
    new Thread(() -> serve(client)).start(); // back to accept() at once
}`,
    javascript: code`
const server = net.createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk)); // nothing here waits: no *Sync call, no loop
});`,
  },
  'own-state-a-client': {
    c: code`
/* In the function that serves one client: on its own stack, neither static nor global. */
int client = *(int *)argument;
char buffer[4096];
ssize_t count = recv(client, buffer, sizeof buffer, 0);
if (count > 0)
    send_all(client, buffer, (size_t)count);`,
    python: code`
def serve(client):  # client and data are local: no global, no attribute of the server
    while data := client.recv(4096):
        client.sendall(data)`,
    java: code`
class Conversation implements Runnable {
    private final Socket client; // fields of one conversation: nothing static
    private final byte[] buffer = new byte[4096];

    Conversation(Socket client) { this.client = client; }

    public void run() { }
}`,
    javascript: code`
const server = net.createServer((socket) => {
  let held = Buffer.alloc(0); // inside the callback: one for each client
  socket.on('data', (chunk) => {
    held = chunk;
    socket.write(held);
  });
});`,
  },
  'answer-the-one-who-asked': {
    c: code`
/* The descriptor that was read from is the one that is written to. */
if (watched[index].revents & POLLIN) {
    ssize_t count = recv(watched[index].fd, buffer, sizeof buffer, 0);
    if (count > 0) send_all(watched[index].fd, buffer, (size_t)count);
}`,
    python: code`
for key, _ in selector.select():
    client = key.fileobj  # the one that said something, and nobody else
    client.sendall(client.recv(4096))`,
    java: code`
SocketChannel from = (SocketChannel) key.channel(); // the one that said something
from.read(bytes);
bytes.flip();
from.write(bytes);`,
    javascript: code`
const server = net.createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk)); // this socket: no list, no outer variable
});`,
  },
  'no-fixed-table': {
    c: code`
/* As many as there are: the table grows, and an entry is free again when its client has gone. */
if (used == size) {
    size = size == 0 ? 64 : 2 * size;
    watched = realloc(watched, size * sizeof *watched);
}
watched[used].fd = client;
watched[used].events = POLLIN;
used += 1;`,
    python: code`
clients.add(client)  # a set has no limit
try:
    serve(client)
finally:
    clients.discard(client)  # its place is free again, however the conversation ended`,
    java: code`
clients.add(client); // a set has no limit, and a pool of threads should have none either
try {
    serve(client);
} finally {
    clients.remove(client); // its place is free again, however the conversation ended
}`,
    javascript: code`
clients.add(socket); // no server.maxConnections
socket.on('close', () => clients.delete(socket)); // however the conversation ended`,
  },
  'never-block-the-loop': {
    c: code`
/* A client that does not read must not stop the others: non-blocking, and the rest kept for it. */
fcntl(client, F_SETFL, fcntl(client, F_GETFL) | O_NONBLOCK);
ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
if (sent < (ssize_t)length)
    watched[index].events = POLLOUT; /* and POLLIN again when the rest has gone out */`,
    python: code`
client.setblocking(False)
sent = client.send(rest)  # not sendall(), which waits for this one client
if sent < len(rest):
    selector.modify(client, selectors.EVENT_WRITE, rest[sent:])`,
    java: code`
channel.configureBlocking(false);
channel.write(bytes);
if (bytes.hasRemaining()) key.interestOps(SelectionKey.OP_WRITE); // the loop goes on meanwhile`,
    javascript: code`
if (!socket.write(chunk)) socket.pause(); // this client waits, the others do not
socket.once('drain', () => socket.resume());`,
  },
  'remove-the-right-one': {
    c: code`
/* The entry of the one that left, found by its descriptor; backwards, so that none is skipped. */
for (size_t index = used; index-- > 0;)
    if (watched[index].fd == gone) {
        close(gone);
        watched[index] = watched[used - 1];
        used -= 1;
    }`,
    python: code`
selector.unregister(client)  # this client, not the first or the last of a list
client.close()`,
    java: code`
key.cancel(); // this client's own key
key.channel().close();`,
    javascript: code`
socket.on('close', () => clients.delete(socket)); // this one: no clients.shift(), no stored index`,
  },
  'accept-again': {
    c: code`
for (;;) { /* accept() stands inside the loop and nothing but a signal leaves it */
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue;
    serve_one(client);
    close(client);
}`,
    python: code`
while True:  # accept() stands inside the loop
    client, _ = listener.accept()
    with client:
        serve(client)`,
    java: code`
while (true) { // accept() stands inside the loop
    try (Socket client = listener.accept()) {
        serve(client);
    }
}`,
    javascript: code`
server.on('connection', serve); // on(), not once(); no server.close() inside`,
  },
  'accept-until-it-would-block': {
    c: code`
/* listener is non-blocking: one event may stand for several clients */
while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
    serve_one(client);
if (errno != EAGAIN && errno != EINTR)
    perror("accept");`,
    python: code`
try:
    while True:  # not once: until nobody waits
        client, _ = listener.accept()
        serve(client)
except BlockingIOError:
    pass  # the next event tells when further clients are there`,
    java: code`
ServerSocketChannel accepting = (ServerSocketChannel) key.channel();
for (SocketChannel one; (one = accepting.accept()) != null; ) { // not once: until nobody waits
    one.configureBlocking(false);
    one.register(selector, SelectionKey.OP_READ);
}`,
    javascript: code`
server.on('connection', serve); // once for each client: Node accepts until nobody waits`,
  },
  'restart-accept': {
    c: code`
for (;;) { /* accept() stands inside the loop, and nothing leaves it */
    int client = accept(listener, NULL, NULL);
    if (client < 0) continue; /* EINTR: a signal came, a child had ended. Or SA_RESTART */
    if (fork() == 0) {
        serve_one(client);
        _exit(0); /* the child alone ends here */
    }
    close(client);
}`,
    python: code`
while True:  # accept() stands inside the loop; no return, no sys.exit() in it
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()`,
    java: code`
while (true) { // accept() stands inside the loop; no return, no System.exit() in it
    Socket client = listener.accept();
    new Thread(() -> serve(client)).start();
}`,
    javascript: code`
server.on('connection', serve); // on(), not once(); no process.exit() in serve()`,
  },
  'close-the-right-socket': {
    c: code`
if (fork() == 0) {
    close(listener); /* the child's copy: it accepts nobody */
    serve_one(client);
    _exit(0);
}
close(client); /* the parent's copy of the client, never its listener */`,
    python: code`
with client:  # closes this conversation; the listener is closed when the program ends
    serve(client)`,
    java: code`
try (Socket client = listener.accept()) { // not try (ServerSocket …) around one conversation
    serve(client);
}`,
    javascript: code`
socket.on('end', () => socket.end()); // this conversation; server.close() is for all of them`,
  },
  'room-for-many-descriptors': {
    c: code`
/* select() ends at FD_SETSIZE (1024): poll() or epoll do not. And as many as we may have: */
struct rlimit limit;
getrlimit(RLIMIT_NOFILE, &limit);
limit.rlim_cur = limit.rlim_max;
setrlimit(RLIMIT_NOFILE, &limit);`,
    python: code`
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
selector = selectors.DefaultSelector()  # epoll, not select()`,
    java: code`
// A virtual thread or a selector a client, not one of a few threads. Then: ulimit -n 4096
Selector selector = Selector.open();`,
    javascript: code`
server.listen({ port, backlog: 511 }); // and before it starts: ulimit -n 4096`,
  },
} satisfies Readonly<Record<string, Mend>>;
