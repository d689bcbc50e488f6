/*
 * The multi-process echo server of document 004: C strings in place of bytes.
 * Its defects are kept, as they are what a run has to find.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_PORT 9999
#define BUFFER_SIZE 1024

static void serve(int connection, const struct sockaddr_in *client)
{
    /*
     * In the original the message buffer and the text of the client's address are two variables
     * that happen to lie side by side, and strlen() runs from one into the other: undefined
     * behaviour. One array with both in it shows the same on the wire whoever compiles it.
     */
    char memory[BUFFER_SIZE + INET_ADDRSTRLEN];
    char *buffer = memory;
    char *client_address = memory + BUFFER_SIZE;

    memset(memory, 0, sizeof memory);
    inet_ntop(AF_INET, &client->sin_addr, client_address, INET_ADDRSTRLEN);
    for (;;) {
        /*
         * DEFECT: the count is thrown away. At end-of-file, or after a reset, the buffer still has
         * the last message, which goes out again and again until SIGPIPE ends this process.
         * DEFECT: the buffer is never cleared: behind a shorter message stand the bytes of older ones.
         */
        if (read(connection, buffer, BUFFER_SIZE) < 0)
            perror("read");
        printf("%s says: %s\n", client_address, memory);
        /* DEFECT: a C string in place of the bytes read: ends at the first NUL, and sends that too. */
        if (write(connection, memory, strlen(memory) + 1) < 0)
            perror("write");
    }
}

int main(int argc, char *argv[])
{
    /* The original has its port built in; the parameter is there so that tests can choose one. */
    int port = argc > 1 ? atoi(argv[1]) : DEFAULT_PORT;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons((unsigned short)port);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("bind");
        return -1;
    }
    listen(listener, 128);
    for (;;) {
        struct sockaddr_in client;
        socklen_t length = sizeof client;
        int connection = accept(listener, (struct sockaddr *)&client, &length);
        if (connection < 0) {
            perror("accept");
            return -1;
        }
        /*
         * DEFECT: nobody waits for the child, so that it stays as a zombie; and the parent keeps the
         * connection open, so that the client never sees its end. When descriptors run out, it exits.
         */
        if (fork() == 0) {
            close(listener);
            serve(connection, &client);
        }
    }
}
