// The non-blocking Winsock server of document 003: what its operator types goes out in frames.
// Its defects are kept, as they are what a run has to find.
#include <winsock2.h>
#include <ws2tcpip.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>

namespace {

constexpr int defaultPort = 65432;
// Linux, on which Wine runs, lets one more wait than it is asked for: here one in all.
constexpr int backlog = 0;
constexpr int frameSize = 500;
constexpr int bufferSize = 1000;
constexpr DWORD idleMs = 10;

void setNonBlocking(SOCKET one) {
  u_long on = 1;
  ioctlsocket(one, FIONBIO, &on);
}

// One turn of one client; false when it is no longer to be served.
bool takeTurn(SOCKET client) {
  static char frame[frameSize];
  static char received[bufferSize + 1];

  // DEFECT: the state of the stream is not looked at. A line that does not fit, or the end of the
  // input, makes each further getline() return at once with an empty line: frames without end.
  std::cin.getline(frame, frameSize);
  // DEFECT: always the whole buffer, so that behind the text stand the bytes of older lines.
  // DEFECT: nor is it looked at how much of it was sent.
  send(client, frame, frameSize, 0);
  if (std::strcmp(frame, "end") == 0) return false;

  const int count = recv(client, received, bufferSize, 0);
  if (count == 0) return false;
  if (count > 0) {
    received[count] = '\0';
    std::cout << "received: " << received << std::endl;
    // DEFECT: waits for a key, and takes it from the operator's next line.
    std::system("pause");
    return true;
  }
  return WSAGetLastError() == WSAEWOULDBLOCK;
}

}  // namespace

int main(int argc, char *argv[]) {
  // The original has its port built in; the parameter is there so that tests can choose one.
  const int port = argc > 1 ? std::atoi(argv[1]) : defaultPort;
  WSADATA started;
  if (WSAStartup(MAKEWORD(2, 2), &started) != 0) return 1;
  const SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

  sockaddr_in address;
  std::memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(static_cast<u_short>(port));
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address) == SOCKET_ERROR ||
      listen(listener, backlog) == SOCKET_ERROR) {
    const int code = WSAGetLastError();
    std::cerr << "cannot listen: " << code << std::endl;
    return 1;
  }
  setNonBlocking(listener);

  std::deque<SOCKET> clients;
  for (;;) {
    // DEFECT: looks for a client only here, between two lines: while the operator is waited for,
    // whoever connects is not let in.
    const SOCKET arrived = accept(listener, nullptr, nullptr);
    if (arrived != INVALID_SOCKET) {
      setNonBlocking(arrived);
      clients.push_front(arrived);
      std::cout << "a client is here" << std::endl;
    }
    if (clients.empty()) {
      Sleep(idleMs);
      continue;
    }
    const SOCKET client = clients.front();
    clients.pop_front();
    // DEFECT: a client that is no longer served keeps its socket: it is never closed.
    if (takeTurn(client)) clients.push_back(client);
  }
}
