/*
 * The getopt server of document 002: one message of its own for each client, one after another.
 * Its defects are kept, as they are what a run has to find.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 13
#define BUFFER_SIZE 1024

static const char message[] = "This is the server speaking.\n";

static void usage(const char *name)
{
    printf("usage: %s -p PORT | --port PORT\n", name);
    /* DEFECT: being started wrongly looks like a success to whoever started it. */
    exit(0);
}

static int port_of(int argc, char *argv[])
{
    static const struct option options[] = {
        { "port", required_argument, NULL, 'p' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int port = 0;
    int option;

    while ((option = getopt_long(argc, argv, "p:h", options, NULL)) != -1) {
        if (option == 'p')
            port = atoi(optarg);
        else
            usage(argv[0]);
    }
    if (port == 0)
        usage(argv[0]);
    return port;
}

int main(int argc, char *argv[])
{
    int port = port_of(argc, argv);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    struct sockaddr_in address;

    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons((unsigned short)port);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return -2;
    }
    listen(listener, BACKLOG);
    for (;;) {
        char buffer[BUFFER_SIZE];
        ssize_t count;
        int connection = accept(listener, NULL, NULL);

        if (connection < 0) {
            perror("accept");
            continue;
        }
        /*
         * DEFECT: one read, whatever a message is; the rest stays unread and turns close() into RST.
         * DEFECT: nothing bounds the wait, so that a client that says nothing blocks all others.
         */
        memset(buffer, 0, sizeof buffer);
        count = read(connection, buffer, sizeof buffer);
        if (count <= 0) {
            close(connection);
            continue;
        }
        printf("received: %.*s\n", (int)count, buffer);
        write(connection, message, strlen(message));
        close(connection);
    }
}
