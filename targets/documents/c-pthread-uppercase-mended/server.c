/*
 * The threaded uppercase server of document 002, whose thread is given its connection as it was
 * meant to be. Its other defects are kept, as they are what a run has to find.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_PORT 9990
#define BUFFER_SIZE 1024

static void *serve(void *parameter)
{
    int connection = (int)(intptr_t)parameter;
    char buffer[BUFFER_SIZE];
    ssize_t count;

    /* One byte stays free for the NUL that printing needs: reads of up to 1023 bytes. */
    while ((count = read(connection, buffer, BUFFER_SIZE - 1)) > 0) {
        buffer[count] = '\0';
        printf("received: %s\n", buffer);
        /* DEFECT: lowers every byte, not only the letters a to z. */
        for (ssize_t i = 0; i < count; i++)
            buffer[i] = (char)(buffer[i] - 32);
        /*
         * DEFECT: the result is not looked at, and SIGPIPE is not ignored. For a client that left with
         * replies unread the first write fails by ECONNRESET, and the next one raises the signal,
         * which ends all threads, and with them every other client's conversation.
         */
        write(connection, buffer, (size_t)count);
        /*
         * DEFECT: looks for the word after the transform, so that a typed `end` has become `END`;
         * and at the start of a read, not of a message. What is unread by then turns close() into RST.
         */
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
        /* DEFECT: a failure is not looked at. Without a listener it makes threads as fast as it can. */
        int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connection) == 0)
            pthread_detach(thread);
    }
}
