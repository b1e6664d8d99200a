// llm.c's side of the comparison, to be compiled beside its train_gpt2.c (bench/README.md says how): stays up, and for each request on a
// line of stdin trains as many steps and answers with nanoseconds, as torch_peer.py, which says more.
#include <stdio.h>
// What llm.c says of its own is no answer.
#define printf(...) fprintf(stderr, __VA_ARGS__)
#define TESTING
#include "train_gpt2.c"
#undef printf
#include <omp.h>
#include <time.h>

typedef struct {
    const char *name;
    int vocabulary, padded, context, layers, heads, width, batch;
    GPT2 model;
    int *tokens, *labels, step;
} Network;

// As Networks/GptStep.cs; llm.c pads the vocabulary of GPT-2 itself.
static Network networks[] = {
    {"GPT 4 x 128", 65, 65, 64, 4, 4, 128, 12},
    {"GPT-2 124M", 50257, 50304, 64, 12, 12, 768, 4},
};

// llm.c makes a model of a file: one with random weights.
static void make(Network *n) {
    char path[] = "/tmp/llmc-model-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "wb");
    int header[256] = {20240326, 3, n->context, n->vocabulary, n->layers, n->heads, n->width, n->padded};
    size_t w = n->width, count = (n->padded + n->context) * w + n->layers * (12 * w * w + 13 * w) + 2 * w;
    fwrite(header, sizeof(int), 256, file);
    unsigned state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        float value = ((int)(state >> 8) % 2001 - 1000) * 2e-5f;
        fwrite(&value, sizeof(float), 1, file);
    }
    fclose(file);
    gpt2_build_from_checkpoint(&n->model, path);
    remove(path);
    int length = n->batch * n->context;
    n->tokens = malloc(length * sizeof(int));
    n->labels = malloc(length * sizeof(int));
    for (int i = 0; i < length; i++) {
        n->tokens[i] = i * 37 % n->vocabulary;
        n->labels[i] = (i + 1) * 37 % n->vocabulary;
    }
}

static int number(const char *line, const char *name) {
    const char *at = strstr(line, name);
    return at ? atoi(at + strlen(name)) : 1;
}

int main(void) {
    printf("{\"version\": \"llm.c, gcc " __VERSION__ "\", \"blas\": \"none\"}\n");
    fflush(stdout);
    for (char line[4096]; fgets(line, sizeof line, stdin);) {
        Network *n = networks, *end = networks + sizeof networks / sizeof *networks;
        while (n < end && !strstr(line, n->name))
            n++;
        if (n == end) {
            printf("{\"error\": \"llm.c has no such work\"}\n");
        } else {
            omp_set_num_threads(number(line, "\"threads\":"));
            if (!n->tokens)
                make(n);
            struct timespec start, stop;
            clock_gettime(CLOCK_MONOTONIC, &start);
            for (int i = number(line, "\"repeats\":"); i > 0; i--) {
                gpt2_forward(&n->model, n->tokens, n->labels, n->batch, n->context);
                gpt2_zero_grad(&n->model);
                gpt2_backward(&n->model);
                gpt2_update(&n->model, 1e-6f, 0.9f, 0.999f, 1e-8f, 0.01f, ++n->step);
            }
            clock_gettime(CLOCK_MONOTONIC, &stop);
            printf("{\"nanoseconds\": %.0f}\n", 1e9 * (stop.tv_sec - start.tv_sec) + (stop.tv_nsec - start.tv_nsec));
        }
        fflush(stdout);
    }
}
