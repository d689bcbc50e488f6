// The threaded echo server of document 002, C++11: a detached thread for each client.
// Its defects are kept, as they are what a run has to find.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>

namespace {

constexpr int defaultPort = 5000;
constexpr int backlog = 128;
constexpr std::size_t bufferSize = 1024;

void serve(int connection) {
  char buffer[bufferSize];
  ssize_t count;
  while ((count = read(connection, buffer, sizeof buffer)) > 0) {
    const std::string message(buffer, static_cast<std::size_t>(count));
    std::cout << "received: " << message << std::endl;
    // DEFECT: the result is not looked at, and SIGPIPE is not ignored. For a client that left with
    // replies unread the first write fails by ECONNRESET, and the next one raises the signal, which
    // ends all threads, and with them every other client's conversation.
    write(connection, message.data(), message.size());
  }
  close(connection);
}

}  // namespace

int main(int argc, char *argv[]) {
  // The original has its port built in; the parameter is there so that tests can choose one.
  const int port = argc > 1 ? std::atoi(argv[1]) : defaultPort;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);

  sockaddr_in address;
  std::memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(static_cast<unsigned short>(port));
  // DEFECT: both failures below look like a success to whoever started it.
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0) {
    std::perror("bind");
    return 0;
  }
  listen(listener, backlog);
  for (;;) {
    const int connection = accept(listener, nullptr, nullptr);
    if (connection < 0) {
      std::perror("accept");
      return 0;
    }
    std::thread(serve, connection).detach();
  }
}
