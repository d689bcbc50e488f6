// In Rust: what one client hears.
import { code, type MendsIn } from '../snippet.ts';

export const rustConversations = {
  'send-what-was-read': code`
let count = client.read(&mut buffer)?;
client.write_all(&buffer[..count])?; // [..count]: the rest is old`,
  'keep-no-earlier-bytes': code`
let mut buffer = [0; 4096]; // no Vec that grows from read to read
loop {
    let count = client.read(&mut buffer)?; // begins at the front again
    if count == 0 {
        break;
    }
    client.write_all(&buffer[..count])?;
}`,
  'add-nothing': code`
client.write_all(&buffer[..count])?; // no writeln!(), which adds a newline
eprintln!("echoed {count} bytes");`,
  'strip-nothing': code`
let count = client.read(&mut buffer)?; // no lines(), which strips
client.write_all(&buffer[..count])?; // and no trim()`,
  'work-on-bytes': code`
let mut bytes = [0u8; 4096]; // bytes in, bytes out
let count = client.read(&mut bytes)?;
client.write_all(&bytes[..count])?; // no from_utf8(), no from_utf8_lossy()`,
  'end-by-count': code`
let count = client.read(&mut buffer)?;
if count == 0 {
    return Ok(()); // only the count tells the end, never a byte
}
client.write_all(&buffer[..count])?;`,
  'obey-no-word': code`
client.write_all(&buffer[..count])?; // no match over what a client says
eprintln!("{:?}", &buffer[..count]);`,
  'raise-a-to-z': code`
buffer[..count].make_ascii_uppercase(); // a to z: all else stays as it is
client.write_all(&buffer[..count])?;`,
  'raise-bytes-not-text': code`
// On bytes: to_uppercase() of a str or char knows all alphabets.
buffer[..count].make_ascii_uppercase();`,
  'raise-nothing': code`
client.write_all(&buffer[..count])?; // as it was read`,
  'reply-at-once': code`
// Whatever is there: no read_line(), read_exact() or read_to_end().
let count = client.read(&mut buffer)?;
client.write_all(&buffer[..count])?;
client.flush()?; // a BufWriter keeps it otherwise`,
  'read-until-nothing-more': code`
loop { // one read() is not one message: until the client ends its side
    let count = client.read(&mut buffer)?;
    if count == 0 {
        return Ok(());
    }
    client.write_all(&buffer[..count])?;
}`,
  'read-until-it-would-block': code`
loop { // not once: until nothing is there
    match client.read(&mut buffer) {
        Ok(0) => return Ok(()),
        Ok(count) => client.write_all(&buffer[..count])?,
        Err(error) if error.kind() == ErrorKind::WouldBlock => break,
        Err(error) => return Err(error),
    }
}`,
  'mind-the-last-byte': code`
client.write_all(&buffer[..count])?; // all of it: not ..count - 1`,
  'write-all': code`
// write() may take a part only; write_all() goes on until all is taken.
client.write_all(&buffer[..count])?;`,
  'wait-for-room': code`
match client.write(&rest) {
    Ok(sent) => drop(rest.drain(..sent)),
    // No error: the client has not read yet. The rest is kept for it.
    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
    Err(error) => return Err(error),
}`,
  'keep-the-order': code`
loop {
    let count = client.read(&mut buffer)?;
    if count == 0 {
        break;
    }
    client.write_all(&buffer[..count])?; // in turn: no spawn() a message
}`,
  'join-small-writes': code`
client.set_nodelay(true)?;
client.write_all(&[head, body].concat())?; // one call for the whole reply`,
  'speak-when-spoken-to': code`
let (mut client, _) = listener.accept()?;
let count = client.read(&mut buffer)?; // first listen, then speak
client.write_all(&buffer[..count])?;`,
  'close-at-end-of-file': code`
let count = client.read(&mut buffer)?;
if count == 0 { // the client has ended its side
    // Dropped here, it is closed: unless a try_clone() of it is still held.
    return Ok(());
}`,
  'reply-before-closing': code`
loop {
    let count = client.read(&mut buffer)?;
    if count == 0 {
        break;
    }
    client.write_all(&buffer[..count])?; // first what is owed
}
drop(client); // then the end`,
  'end-with-fin': code`
client.shutdown(Shutdown::Write)?; // FIN
while client.read(&mut buffer)? > 0 {} // unread bytes make the close RST
drop(client);`,
  'no-idle-limit': code`
client.set_read_timeout(None)?; // a silent client is a client
let count = client.read(&mut buffer)?;`,
  'compare-the-word': code`
// The whole message of the client: no contains().
let is_end = matches!(&buffer[..count], b"end" | b"end\n" | b"end\r\n");`,
  'compare-the-beginning': code`
let is_end = buffer[..count].starts_with(b"end"); // not ==`,
  'answer-the-word-first': code`
client.write_all(&buffer[..count])?; // answered like any message
if is_end {
    return Ok(());
}`,
  'end-one-conversation': code`
if is_end {
    return Ok(()); // this conversation alone: no process::exit()
}`,
} satisfies MendsIn;
