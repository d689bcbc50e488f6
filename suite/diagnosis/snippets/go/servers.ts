// In Go: several clients, errors, the machine, and a person at the console.
import { code, type MendsIn } from '../snippet.ts';

export const goServers = {
  'serve-many': code`
for {
    client, err := listener.Accept()
    if err != nil {
        continue
    }
    go serve(client) // back to Accept() at once
}`,
  'own-state-a-client': code`
go func(client net.Conn) { // its own parameter
    defer client.Close()
    buffer := make([]byte, 4096) // its own buffer: not one of the package
    for {
        count, err := client.Read(buffer)
        client.Write(buffer[:count])
        if err != nil {
            return
        }
    }
}(client)`,
  'answer-the-one-who-asked': code`
count, err := from.Read(buffer)
if err != nil {
    return
}
from.Write(buffer[:count]) // the one that said something, and nobody else`,
  'no-fixed-table': code`
mutex.Lock()
clients[client] = true // a map has no limit
mutex.Unlock()
serve(client)
mutex.Lock()
delete(clients, client) // its place is free again
mutex.Unlock()`,
  'never-block-the-loop': code`
go serve(client) // a Write() that waits holds up this goroutine only
// While it writes, serve() holds no mutex and no channel that others need.`,
  'remove-the-right-one': code`
mutex.Lock()
delete(clients, client) // this one: no index that may have moved
mutex.Unlock()
client.Close()`,
  'accept-again': code`
for { // Accept() stands inside the loop
    client, err := listener.Accept()
    if err != nil {
        continue
    }
    serve(client)
    client.Close()
}`,
  'accept-until-it-would-block': code`
for { // no EPOLLET of one's own: Accept() waits, and misses nobody
    client, err := listener.Accept()
    if err != nil {
        log.Print(err)
        continue
    }
    go serve(client)
}`,
  'restart-accept': code`
for { // Accept() stands inside the loop; no return, no log.Fatal() in it
    client, err := listener.Accept()
    if err != nil {
        log.Print(err)
        continue
    }
    go serve(client)
}`,
  'close-the-right-socket': code`
defer client.Close() // this conversation; listener.Close() stands in main()
serve(client)`,
  'room-for-many-descriptors': code`
// As many as we may have; and each client is closed, however it ends.
var limit syscall.Rlimit
syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
limit.Cur = limit.Max
syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)`,
  'ignore-sigpipe': code`
if _, err := client.Write(buffer[:count]); err != nil {
    client.Close() // this conversation is over, the server is not
    return // no log.Fatal(), no panic()
}`,
  'catch-per-client': code`
count, err := client.Read(buffer)
client.Write(buffer[:count])
if err != nil { // io.EOF or a reset: only this client is finished
    client.Close()
    return // no log.Fatal(), no os.Exit(), no panic()
}`,
  'go-on-accepting': code`
client, err := listener.Accept()
if err != nil { // that client is lost, the listener is not
    log.Print(err)
    continue
}
go serve(client)`,
  'check-the-first-read': code`
count, _ := client.Read(buffer)
if count == 0 { // also at the very first read: a client may leave at once
    client.Close()
    return
}
first := buffer[0] // only now is there one`,
  'stay-in-the-buffer': code`
count, err := client.Read(buffer)
client.Write(buffer[:count]) // an index beyond len(buffer) panics
if err != nil { // and a panic in any goroutine ends the whole program
    return
}`,
  'limit-what-is-kept': code`
client.Write(buffer[:count]) // waits while the client does not read
// No channel, slice or bytes.Buffer in between that grows meanwhile.`,
  'reap-children': code`
command := exec.Command("worker")
if err := command.Start(); err == nil {
    go command.Wait() // without Wait() an ended child stays a zombie
}`,
  'close-every-descriptor': code`
defer client.Close() // however the conversation ends
serve(client)`,
  'end-threads': code`
go func() {
    defer client.Close()
    io.Copy(client, client) // comes back at the client's end
}() // and no goroutine of this client waits on a channel after that`,
  'free-what-a-client-cost': code`
defer func() {
    mutex.Lock()
    delete(clients, client) // no map, slice or log keeps what has gone
    mutex.Unlock()
    client.Close()
}()
serve(client)`,
  'stop-at-end-of-file': code`
for {
    count, err := client.Read(buffer)
    client.Write(buffer[:count])
    if err != nil { // io.EOF comes again and again: the loop ends here
        return
    }
}`,
  'wait-without-spinning': code`
count, err := client.Read(buffer) // sleeps until something is there:
// no short deadline in a loop, no select with an empty default
if err != nil {
    return
}
client.Write(buffer[:count])`,
  'end-on-sigterm': code`
// The default ends the program. With signal.Notify() it is up to us:
stop := make(chan os.Signal, 1)
signal.Notify(stop, syscall.SIGTERM)
go func() {
    <-stop
    os.Exit(0)
}()`,
  'reuse-the-address': code`
listener, err := net.Listen("tcp", ":9990") // it sets SO_REUSEADDR itself
if err != nil { // an earlier process still listens: let it end first
    log.Fatal(err)
}`,
  'check-bind': code`
listener, err := net.Listen("tcp", ":9990")
if err != nil {
    log.Fatal(err) // says so and exits with 1: before the accept loop
}`,
  'read-whole-lines': code`
console := bufio.NewReader(os.Stdin) // not fmt.Scan(), which reads words
line, _ := console.ReadString('\n')
line = strings.TrimSuffix(line, "\n")
if line != "" {
    client.Write([]byte(line))
}`,
  'take-turns': code`
if line != "" { // an empty line is no turn: both sides would wait
    client.Write([]byte(line))
    count, _ := client.Read(buffer)
    fmt.Printf("%s\n", buffer[:count])
}`,
  'show-answers-safely': code`
fmt.Printf("%s\n", buffer[:count]) // as it came: nothing to decode`,
  'clear-the-frame': code`
frame := make([]byte, 500) // a new one at each line: all zeros
copy(frame[:499], line)
client.Write(frame) // always the whole frame`,
  'message-then-close': code`
client.Write(message) // the same for all
client.(*net.TCPConn).CloseWrite()
io.Copy(io.Discard, client) // what is unread at Close() makes it RST
client.Close()`,
} satisfies MendsIn;
