/*
 * The threaded uppercase server of document 002 as it was published: it answers nobody.
 * Its defects are kept, as they are what a run has to find.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_PORT 9990
#define BUFFER_SIZE 1024

static void *serve(void *parameter)
{
    /*
     * DEFECT: the thread is never told which connection is its own. The original reads from a
     * variable that nobody has set, which is undefined behaviour; a descriptor that cannot be one
     * shows the same: no byte is ever read, and the connection stays open for good.
     */
    int connection = -1;
    char buffer[BUFFER_SIZE];
    ssize_t count;

    (void)parameter;
    while ((count = read(connection, buffer, BUFFER_SIZE - 1)) > 0) {
        buffer[count] = '\0';
        printf("received: %s\n", buffer);
        for (ssize_t i = 0; i < count; i++)
            buffer[i] = (char)(buffer[i] - 32);
        write(connection, buffer, (size_t)count);
        if (strncmp(buffer, "end", 3) == 0)
            break;
    }
    close(connection);
    return NULL;
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
    /* DEFECT: no SO_REUSEADDR. */
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        perror("bind");
    /* DEFECT: with so short a queue, the clients of a burst wait for the kernel's SYN retries. */
    else
        listen(listener, 5);
    for (;;) {
        pthread_t thread;
        /*
         * DEFECT: what accept() returns is kept by nobody, so that each connection leaks, and a
         * failure is not looked at: without a listener it makes threads as fast as it can.
         */
        accept(listener, NULL, NULL);
        if (pthread_create(&thread, NULL, serve, NULL) == 0)
            pthread_detach(thread);
    }
}
