// In Go: what one client hears.
import { code, type MendsIn } from '../snippet.ts';

export const goConversations = {
  'send-what-was-read': code`
count, err := client.Read(buffer)
client.Write(buffer[:count]) // [:count]: the rest of the buffer is old
if err != nil {
    return
}`,
  'keep-no-earlier-bytes': code`
buffer := make([]byte, 4096)
for {
    count, err := client.Read(buffer) // begins at the front again
    if err != nil {
        return
    }
    client.Write(buffer[:count]) // no append() to what came before
}`,
  'add-nothing': code`
client.Write(buffer[:count]) // no Fprintln(client, …), which adds a newline
fmt.Fprintf(os.Stderr, "echoed %d bytes\n", count)`,
  'strip-nothing': code`
count, err := client.Read(buffer) // no Scanner: it takes line ends away
if err != nil {
    return
}
client.Write(buffer[:count]) // and no strings.TrimSpace()`,
  'work-on-bytes': code`
client.Write(buffer[:count])
// Bytes in, bytes out: a range over a string, []rune and strings.Map
// put U+FFFD in place of bytes that are no UTF-8.`,
  'end-by-count': code`
count, err := client.Read(buffer)
client.Write(buffer[:count]) // whatever the bytes are: 0, \n and 0x04 too
if err != nil {
    client.Close() // the end is io.EOF, never a byte
    return
}`,
  'obey-no-word': code`
client.Write(buffer[:count]) // no switch over what a client says
log.Printf("%q", buffer[:count]) // an argument, never the format itself`,
  'raise-a-to-z': code`
for index, value := range buffer[:count] {
    if value >= 'a' && value <= 'z' {
        buffer[index] = value - 'a' + 'A' // every other byte stays as it is
    }
}
client.Write(buffer[:count])`,
  'raise-bytes-not-text': code`
// Byte by byte: bytes.ToUpper() and strings.ToUpper() know all alphabets.
for index, value := range buffer[:count] {
    if value >= 'a' && value <= 'z' {
        buffer[index] = value - 'a' + 'A'
    }
}`,
  'raise-nothing': code`
client.Write(buffer[:count]) // as it was read: no bytes.ToUpper()`,
  'reply-at-once': code`
count, err := client.Read(buffer) // whatever is there: no ReadString('\n')
if err != nil {
    return
}
client.Write(buffer[:count]) // or, by a bufio.Writer: Write(), then Flush()`,
  'read-until-nothing-more': code`
defer client.Close()
for { // one Read is not one message: until the client ends its side
    count, err := client.Read(buffer)
    client.Write(buffer[:count])
    if err != nil {
        return
    }
}`,
  'read-until-it-would-block': code`
defer client.Close()
for { // no EPOLLET of one's own: Read() waits, and misses no event
    count, err := client.Read(buffer)
    client.Write(buffer[:count])
    if err != nil {
        return
    }
}`,
  'mind-the-last-byte': code`
client.Write(buffer[:count]) // all of it: not buffer[:count-1]`,
  'write-all': code`
// Write() of a net.Conn comes back when all is written, or with an error.
if _, err := client.Write(buffer[:count]); err != nil {
    return
}`,
  'wait-for-room': code`
client.SetWriteDeadline(time.Time{}) // none: Write() waits for room
if _, err := client.Write(buffer[:count]); err != nil {
    return
}`,
  'keep-the-order': code`
for {
    count, err := client.Read(buffer)
    if err != nil {
        return
    }
    client.Write(buffer[:count]) // in turn: no goroutine a message
}`,
  'join-small-writes': code`
reply := append(head, body...)
client.Write(reply) // one call for the whole reply`,
  'speak-when-spoken-to': code`
client, err := listener.Accept()
if err != nil {
    continue
}
count, _ := client.Read(buffer) // first listen, then speak: no greeting
client.Write(buffer[:count])`,
  'close-at-end-of-file': code`
defer client.Close() // on every way out: this sends our FIN
for {
    count, err := client.Read(buffer)
    client.Write(buffer[:count])
    if err != nil { // io.EOF: the client has ended its side
        return
    }
}`,
  'reply-before-closing': code`
for {
    count, err := client.Read(buffer)
    client.Write(buffer[:count]) // first what is owed, then the end
    if err != nil {
        break
    }
}
client.Close()`,
  'end-with-fin': code`
connection := client.(*net.TCPConn) // and no SetLinger(0)
connection.CloseWrite() // FIN
io.Copy(io.Discard, connection) // what is unread at Close() makes it RST
connection.Close()`,
  'no-idle-limit': code`
client.SetDeadline(time.Time{}) // none: a silent client is a client
count, err := client.Read(buffer)`,
  'compare-the-word': code`
message := bytes.TrimRight(buffer[:count], "\r\n")
isEnd := string(message) == "end" // the request; not bytes.Contains()`,
  'compare-the-beginning': code`
isEnd := bytes.HasPrefix(buffer[:count], []byte("end")) // not ==`,
  'answer-the-word-first': code`
client.Write(buffer[:count]) // the word is answered like any message
if isEnd {
    client.Close()
    return
}`,
  'end-one-conversation': code`
if isEnd {
    client.Close() // this conversation alone: no os.Exit()
    return
}`,
} satisfies MendsIn;
