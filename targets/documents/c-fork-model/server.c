/*
 * The multi-process model of document 001, which gives the model only: the parent accepts, a child
 * serves each client. Here it is an echo without defects, to show the model done right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_PORT 7000
#define BACKLOG 1024
#define BUFFER_SIZE 4096

static void reap(int signal_number)
{
    int kept = errno;

    (void)signal_number;
    /* Signals of one kind do not queue: one may stand for several children. */
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    errno = kept;
}

/* 0 when all went out, -1 when the client is gone. */
static int send_all(int connection, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = write(connection, bytes, count);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return -1;
        bytes += sent;
        count -= (size_t)sent;
    }
    return 0;
}

static void serve(int connection)
{
    char buffer[BUFFER_SIZE];

    for (;;) {
        ssize_t count = read(connection, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        /* End-of-file comes behind the last byte, so that by now all that was owed is sent. */
        if (count <= 0 || send_all(connection, buffer, (size_t)count) < 0)
            return;
        printf("received: %.*s\n", (int)count, buffer);
    }
}

static int listen_on(int port)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    struct sockaddr_in address;

    if (listener < 0)
        return -1;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons((unsigned short)port);
    /* A restart need not wait for connections in TIME_WAIT. */
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || bind(listener, (struct sockaddr *)&address, sizeof address) < 0
        || listen(listener, BACKLOG) < 0)
        return -1;
    return listener;
}

int main(int argc, char *argv[])
{
    int port = argc > 1 ? atoi(argv[1]) : DEFAULT_PORT;
    struct sigaction on_child;
    int listener;

    memset(&on_child, 0, sizeof on_child);
    on_child.sa_handler = reap;
    on_child.sa_flags = SA_RESTART | SA_NOCLDSTOP;
    sigaction(SIGCHLD, &on_child, NULL);
    /* A client that left shows as an error of write(), which ends one conversation, no process. */
    signal(SIGPIPE, SIG_IGN);

    listener = listen_on(port);
    if (listener < 0) {
        perror("cannot listen");
        return 1;
    }
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        pid_t child;

        if (connection < 0) {
            /* Say a client that was gone before it was accepted, or no descriptor left just now. */
            if (errno != EINTR && errno != ECONNABORTED) {
                perror("accept");
                usleep(10000);
            }
            continue;
        }
        child = fork();
        if (child == 0) {
            close(listener);
            serve(connection);
            close(connection);
            exit(0);
        }
        if (child < 0)
            perror("fork");
        /* The child has its own: were this one kept, the client would never see its end. */
        close(connection);
    }
}
