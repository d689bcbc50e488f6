// In Ruby: several clients, errors, the machine, and a person at the console.
import { code, type MendsIn } from '../snippet.ts';

export const rubyServers = {
  'serve-many': code`
loop do
  Thread.new(listener.accept) { |client| serve(client) } # its own client
end`,
  'own-state-a-client': code`
def serve(client) # client and data are local: no @data, no $data
  loop do
    data = client.readpartial(4096)
    client.write(data)
  end
rescue EOFError
  client.close
end`,
  'answer-the-one-who-asked': code`
ready, = IO.select(clients)
ready.each do |client| # the one that said something, and nobody else
  client.write(client.readpartial(4096))
end`,
  'no-fixed-table': code`
clients << client # no limit
begin
  serve(client)
ensure
  clients.delete(client) # its place is free again, however it ended
end`,
  'never-block-the-loop': code`
sent = client.write_nonblock(rest, exception: false) # not write: it waits
rest = rest.byteslice(sent..) unless sent == :wait_writable
unsent[client] = rest # IO.select(readers, writers) tells when there is room`,
  'remove-the-right-one': code`
clients.delete(client) # this one: no shift, no index, and not within each
client.close`,
  'accept-again': code`
loop do # accept stands inside the loop
  client = listener.accept
  serve(client)
rescue SystemCallError => error
  warn error.message
ensure
  client&.close
end`,
  'accept-until-it-would-block': code`
loop do # not once: until nobody waits
  client = listener.accept_nonblock(exception: false)
  break if client == :wait_readable
  serve(client)
end`,
  'restart-accept': code`
loop do # accept stands inside the loop; no break, no exit in it
  Thread.new(listener.accept) { |client| serve(client) }
rescue SystemCallError => error
  warn error.message
end`,
  'close-the-right-socket': code`
begin
  serve(client)
ensure
  client.close # this conversation: the listener is open until the end
end`,
  'room-for-many-descriptors': code`
_, most = Process.getrlimit(:NOFILE)
Process.setrlimit(:NOFILE, most, most) # as many as we may have`,
  'ignore-sigpipe': code`
begin
  client.write(data)
rescue Errno::EPIPE, Errno::ECONNRESET # this conversation is over,
  client.close # the server is not
end`,
  'catch-per-client': code`
begin
  loop { client.write(client.readpartial(4096)) }
rescue EOFError, SystemCallError => error
  warn error.message # one client's trouble stays its own
ensure
  client.close
end`,
  'go-on-accepting': code`
begin
  client = listener.accept
rescue SystemCallError => error # that client is lost, the listener is not
  warn error.message
  next
end`,
  'check-the-first-read': code`
begin
  first = client.readpartial(4096)
rescue EOFError # also at the very first read: a client may leave at once
  return client.close
end`,
  'stay-in-the-buffer': code`
data = client.readpartial(4096) # into no buffer that threads share
client.write(data) # setbyte() behind data.bytesize raises IndexError`,
  'limit-what-is-kept': code`
client.write(data) # waits while the client does not read
# No Queue, Array or String in between that grows meanwhile.`,
  'reap-children': code`
child = fork { serve(client) }
Process.detach(child) # without it an ended child stays a zombie
client.close # the parent's own copy`,
  'close-every-descriptor': code`
begin
  serve(client)
ensure
  client.close # however the conversation ends; after fork: in both
end`,
  'end-threads': code`
Thread.new(client) do |one|
  loop { one.write(one.readpartial(4096)) }
rescue EOFError, SystemCallError
  # the block returns: the thread ends with its client
ensure
  one.close
end`,
  'free-what-a-client-cost': code`
begin
  serve(client)
ensure
  clients.delete(client) # no Array or Hash keeps what has gone
  client.close
end`,
  'stop-at-end-of-file': code`
data = client.read_nonblock(4096, exception: false)
if data.nil? # comes again and again: IO.select must not ask any more
  clients.delete(client)
  client.close
end`,
  'wait-without-spinning': code`
ready, = IO.select([listener, *clients]) # sleeps: no timeout of 0 in a loop`,
  'end-on-sigterm': code`
trap('TERM') { exit } # or none: the default ends the program`,
  'reuse-the-address': code`
listener = Socket.new(:INET, :STREAM) # TCPServer.new does it itself
listener.setsockopt(:SOCKET, :REUSEADDR, true) # before bind
listener.bind(Addrinfo.tcp('0.0.0.0', port))`,
  'check-bind': code`
begin
  listener = TCPServer.new('0.0.0.0', port)
rescue SystemCallError => error
  abort error.message # says so and exits with 1
end`,
  'read-whole-lines': code`
line = $stdin.gets&.chomp("\n") # a whole line
client.write(line) unless line.nil? || line.empty?`,
  'take-turns': code`
unless line.empty? # an empty line is no turn: both sides would wait
  client.write(line)
  answer = client.readpartial(4096)
end`,
  'show-answers-safely': code`
$stdout.write(answer, "\n") # as it came: nothing to decode`,
  'clear-the-frame': code`
frame = line.byteslice(0, 499).b.ljust(500, "\0") # zeros behind the text
client.write(frame) # always the whole frame`,
  'message-then-close': code`
client.write(MESSAGE) # the same for all
client.close_write
nil while client.read(4096) # what is unread at close makes it RST
client.close`,
} satisfies MendsIn;
