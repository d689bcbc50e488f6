// In Rust: several clients, errors, the machine, and a person at the console.
import { code, type MendsIn } from '../snippet.ts';

export const rustServers = {
  'serve-many': code`
for client in listener.incoming() {
    let Ok(client) = client else { continue };
    thread::spawn(move || serve(client)); // back to accept() at once
}`,
  'own-state-a-client': code`
thread::spawn(move || -> io::Result<()> {
    let mut buffer = [0; 4096]; // its own: no static, no Arc<Mutex<…>>
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..count])?;
    }
});`,
  'answer-the-one-who-asked': code`
let count = from.read(&mut buffer)?;
from.write_all(&buffer[..count])?; // the one that said something, no other`,
  'no-fixed-table': code`
clients.insert(id, client); // a HashMap has no limit
if let Some(client) = clients.get(&id) {
    serve_one(client);
}
clients.remove(&id); // its place is free again, however it ended`,
  'never-block-the-loop': code`
client.set_nonblocking(true)?;
match client.write(&rest) { // not write_all(): it gives up with a part sent
    Ok(sent) => drop(rest.drain(..sent)),
    Err(error) if error.kind() == ErrorKind::WouldBlock => {} // later
    Err(error) => return Err(error),
}`,
  'remove-the-right-one': code`
clients.remove(&id); // this one: no index that may have moved`,
  'accept-again': code`
for client in listener.incoming() { // no break, no ? in it
    if let Ok(client) = client {
        serve(client);
    }
}`,
  'accept-until-it-would-block': code`
loop { // not once: until nobody waits
    match listener.accept() {
        Ok((client, _)) => serve(client),
        Err(error) if error.kind() == ErrorKind::WouldBlock => break,
        Err(error) => eprintln!("accept: {error}"),
    }
}`,
  'restart-accept': code`
for client in listener.incoming() { // no break, no ?, no unwrap() in it
    match client {
        Ok(client) => drop(thread::spawn(move || serve(client))),
        Err(error) => eprintln!("accept: {error}"),
    }
}`,
  'close-the-right-socket': code`
for client in listener.incoming() { // borrows it: the listener stays open
    let Ok(client) = client else { continue };
    serve(client); // takes the client, which is closed when it is dropped
}`,
  'room-for-many-descriptors': code`
// Before it starts: ulimit -n 4096, or in it the crate rlimit. And each
// client is dropped, and so closed, however its conversation ends:
let result = converse(client);`,
  'ignore-sigpipe': code`
if let Err(error) = client.write_all(&buffer[..count]) {
    eprintln!("{error}"); // this conversation is over, the server is not
    return Ok(());
}`,
  'catch-per-client': code`
thread::spawn(move || {
    if let Err(error) = converse(client) { // ? inside, and no unwrap()
        eprintln!("{error}"); // one client's trouble stays its own
    }
});`,
  'go-on-accepting': code`
let (client, _) = match listener.accept() {
    Ok(accepted) => accepted,
    Err(error) => { // that client is lost, the listener is not: no unwrap()
        eprintln!("accept: {error}");
        continue;
    }
};`,
  'check-the-first-read': code`
let count = client.read(&mut buffer)?;
if count == 0 { // also at the very first read: a client may leave at once
    return Ok(());
}
let first = buffer[0]; // only now is there one`,
  'stay-in-the-buffer': code`
let count = client.read(&mut buffer)?;
client.write_all(&buffer[..count])?; // an index beyond the end panics`,
  'limit-what-is-kept': code`
client.write_all(&buffer[..count])?; // waits while the client does not read
// No channel() or Vec in between that grows meanwhile: sync_channel(1).`,
  'reap-children': code`
let mut child = Command::new("worker").spawn()?;
thread::spawn(move || child.wait()); // without wait() it stays a zombie`,
  'close-every-descriptor': code`
let result = converse(client); // takes it: dropped there, it is closed
// No mem::forget(), no into_raw_fd(), no try_clone() that is kept.`,
  'end-threads': code`
thread::spawn(move || {
    while let Ok(count) = client.read(&mut buffer) {
        if count == 0 || client.write_all(&buffer[..count]).is_err() {
            break; // then the thread ends too
        }
    }
});`,
  'free-what-a-client-cost': code`
let result = converse(client);
clients.remove(&id); // no map, Vec or log keeps what has gone`,
  'stop-at-end-of-file': code`
let count = client.read(&mut buffer)?;
if count == 0 { // Ok(0) comes again and again: the loop must end here
    break;
}`,
  'wait-without-spinning': code`
client.set_nonblocking(false)?;
let count = client.read(&mut buffer)?; // sleeps until something is there`,
  'end-on-sigterm': code`
// The default ends the program. A handler (of the crates signal-hook or
// ctrlc) does it itself: accept() waits, and looks at no flag.
let on_sigterm = || -> () { process::exit(0) };`,
  'reuse-the-address': code`
// bind() of std sets SO_REUSEADDR: let an earlier process end first.
let listener = TcpListener::bind(("0.0.0.0", port))?;`,
  'check-bind': code`
let listener = TcpListener::bind(("0.0.0.0", port)).unwrap_or_else(|error| {
    eprintln!("port {port}: {error}");
    process::exit(1); // not 0
});`,
  'read-whole-lines': code`
let mut line = Vec::new(); // a whole line, as bytes
io::stdin().lock().read_until(b'\n', &mut line)?;
if line.ends_with(b"\n") {
    line.pop();
}
if !line.is_empty() {
    client.write_all(&line)?;
}`,
  'take-turns': code`
if !line.is_empty() { // an empty line is no turn: both sides would wait
    client.write_all(line.as_bytes())?;
    let count = client.read(&mut buffer)?;
    println!("{}", String::from_utf8_lossy(&buffer[..count]));
}`,
  'show-answers-safely': code`
// U+FFFD in place of what does not decode: from_utf8().unwrap() panics.
println!("{}", String::from_utf8_lossy(&buffer[..count]));`,
  'clear-the-frame': code`
let mut frame = [0u8; 500]; // a new one at each line: all zeros
let length = line.len().min(499);
frame[..length].copy_from_slice(&line.as_bytes()[..length]);
client.write_all(&frame)?; // always the whole frame`,
  'message-then-close': code`
client.write_all(message)?; // the same for all
client.shutdown(Shutdown::Write)?;
while client.read(&mut buffer)? > 0 {} // unread bytes make the close RST
drop(client);`,
} satisfies MendsIn;
