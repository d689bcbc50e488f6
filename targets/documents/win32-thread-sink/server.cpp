// The Win32 server of document 000: a thread for each client, which takes one message and closes.
// Its defects are kept, as they are what a run has to find.
#include <winsock2.h>
#include <ws2tcpip.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int defaultPort = 8888;
constexpr int backlog = 5;
constexpr int bufferSize = 1024;

DWORD WINAPI serve(LPVOID parameter) {
  const SOCKET connection = static_cast<SOCKET>(reinterpret_cast<ULONG_PTR>(parameter));
  char buffer[bufferSize + 1];
  // DEFECT: one receive, whatever a message is; the rest stays unread and turns the close into RST.
  // DEFECT: nothing bounds the wait, so that each idle client holds a thread for as long as it likes.
  const int count = recv(connection, buffer, bufferSize, 0);
  if (count > 0) {
    buffer[count] = '\0';
    std::printf("received: %s\n", buffer);
    std::fflush(stdout);
  }
  // DEFECT: the client is never told anything.
  closesocket(connection);
  return 0;
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
  // DEFECT: neither result is looked at. With the port taken it runs on without a listener.
  bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address);
  listen(listener, backlog);
  for (;;) {
    const SOCKET connection = accept(listener, nullptr, nullptr);
    if (connection == INVALID_SOCKET) continue;
    const HANDLE thread = CreateThread(
        nullptr, 0, serve, reinterpret_cast<LPVOID>(static_cast<ULONG_PTR>(connection)), 0, nullptr);
    if (thread != nullptr) CloseHandle(thread);
  }
}
