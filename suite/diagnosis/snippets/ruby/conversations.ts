// In Ruby: what one client hears.
import { code, type MendsIn } from '../snippet.ts';

export const rubyConversations = {
  'send-what-was-read': code`
data = client.readpartial(4096)
client.write(data) # the bytes as they came, all of them`,
  'keep-no-earlier-bytes': code`
loop do
  data = client.readpartial(4096) # a new string at each read: no <<
  client.write(data)
end`,
  'add-nothing': code`
client.write(data) # not puts, which adds a newline
warn "echoed #{data.bytesize} bytes"`,
  'strip-nothing': code`
data = client.readpartial(4096)
client.write(data) # no chomp, no strip, no split`,
  'work-on-bytes': code`
data = client.readpartial(4096) # binary, and stays so:
client.write(data) # no encode, no force_encoding, no scrub`,
  'end-by-count': code`
begin
  client.write(client.readpartial(4096)) # whatever the bytes are
rescue EOFError # only this is the end: "\n" and "\x04" are data
  client.close
end`,
  'obey-no-word': code`
client.write(data) # no case over it, no eval, no format string
warn data.inspect`,
  'raise-a-to-z': code`
client.write(data.upcase(:ascii)) # a to z: all else stays as it is`,
  'raise-bytes-not-text': code`
# On the bytes as they came: upcase of UTF-8 text would raise é and ß too.
client.write(data.upcase(:ascii))`,
  'raise-nothing': code`
client.write(client.readpartial(4096)) # no upcase, no swapcase`,
  'reply-at-once': code`
data = client.readpartial(4096) # whatever is there: no gets, no read(n)
client.write(data)`,
  'read-until-nothing-more': code`
begin
  loop { client.write(client.readpartial(4096)) } # again and again
rescue EOFError # until the client ends its side
  client.close
end`,
  'read-until-it-would-block': code`
loop do # not once: until nothing is there
  data = client.read_nonblock(4096, exception: false)
  break if data == :wait_readable
  return client.close if data.nil?
  client.write(data)
end`,
  'mind-the-last-byte': code`
client.write(data) # all of it: no data[0..-2], no chop`,
  'write-all': code`
client.write(data) # syswrite, send and write_nonblock may take a part only`,
  'wait-for-room': code`
sent = client.write_nonblock(rest, exception: false)
if sent == :wait_writable # no error: the client has not read yet
  IO.select(nil, [client])
else
  rest = rest.byteslice(sent..)
end`,
  'keep-the-order': code`
loop do
  data = client.readpartial(4096)
  client.write(data) # in turn: no Thread.new a message
end`,
  'join-small-writes': code`
client.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
client.write(head + body) # one call for the whole reply`,
  'speak-when-spoken-to': code`
client = listener.accept
data = client.readpartial(4096) # first listen, then speak: no greeting
client.write(data)`,
  'close-at-end-of-file': code`
begin
  loop { client.write(client.readpartial(4096)) }
rescue EOFError
  # the client has ended its side
ensure
  client.close # on every way out: this sends our FIN
end`,
  'reply-before-closing': code`
begin
  loop { client.write(client.readpartial(4096)) } # first what is owed
rescue EOFError
  client.close # then the end
end`,
  'end-with-fin': code`
client.close_write # FIN, and no SO_LINGER of 0
nil while client.read(4096) # what is unread at close makes it RST
client.close`,
  'no-idle-limit': code`
data = client.readpartial(4096) # no Timeout.timeout: silence is no error`,
  'compare-the-word': code`
is_end = data.chomp == 'end' # ==, not include?; the request, not the reply`,
  'compare-the-beginning': code`
is_end = data.start_with?('end') # not ==; the request, not the reply`,
  'answer-the-word-first': code`
client.write(data) # the word is answered like any message
return client.close if is_end`,
  'end-one-conversation': code`
return client.close if is_end # this conversation alone: no exit, no $done`,
} satisfies MendsIn;
