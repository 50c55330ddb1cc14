/* Reads and writes the message with gSOAP's generated C, in the mode that is fastest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "soapH.h"
#include "BasicHttpBinding_USCOREBatch.nsmap"

typedef struct _ns1__GetBatchTaskInfosByAssociatesResponse Response;
#define NAME "ns1:GetBatchTaskInfosByAssociatesResponse"

static char *message, *sent;
static size_t length, at, sent_at, room;

static size_t receive(struct soap *soap, char *to, size_t most) {
  size_t size = length - at < most ? length - at : most;
  (void)soap;
  memcpy(to, message + at, size);
  at += size;
  return size;
}

static int collect(struct soap *soap, const char *from, size_t size) {
  (void)soap;
  if (sent_at + size > room) return SOAP_EOF;
  memcpy(sent + sent_at, from, size);
  sent_at += size;
  return SOAP_OK;
}

static Response *decode(struct soap *soap) {
  Response *response;
  at = 0;
  if (soap_begin_recv(soap) || soap_envelope_begin_in(soap) || soap_recv_header(soap) || soap_body_begin_in(soap))
    return NULL;
  response = soap_get__ns1__GetBatchTaskInfosByAssociatesResponse(soap, NULL, NAME, "");
  if (!response || soap_body_end_in(soap) || soap_envelope_end_in(soap) || soap_end_recv(soap))
    return NULL;
  return response;
}

static int encode(struct soap *soap, const Response *response) {
  sent_at = 0;
  soap_serializeheader(soap);
  soap_serialize__ns1__GetBatchTaskInfosByAssociatesResponse(soap, response);
  return soap_begin_send(soap) || soap_envelope_begin_out(soap) || soap_putheader(soap)
    || soap_body_begin_out(soap)
    || soap_put__ns1__GetBatchTaskInfosByAssociatesResponse(soap, response, NAME, "")
    || soap_body_end_out(soap) || soap_envelope_end_out(soap) || soap_end_send(soap);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static struct soap *fresh(soap_mode mode) {
  struct soap *soap = soap_new1(mode);
  soap->frecv = receive;
  soap->fsend = collect;
  soap->fresolve = NULL;
  return soap;
}

int main(int argc, char **argv) {
  static const soap_mode modes[] = {
    0, SOAP_XML_TREE, SOAP_C_UTFSTRING, SOAP_XML_TREE | SOAP_C_UTFSTRING, SOAP_XML_TREE | SOAP_XML_IGNORENS,
    SOAP_XML_TREE | SOAP_XML_IGNORENS | SOAP_C_UTFSTRING, SOAP_XML_TREE | SOAP_XML_IGNORENS | SOAP_C_UTFSTRING | SOAP_XML_DEFAULTNS,
  };
  double best_decode = 1e9, best_encode = 1e9;
  size_t mode;
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!file) return 1;
  room = 16 << 20;
  message = malloc(room);
  sent = malloc(room);
  length = fread(message, 1, room, file);
  /* The allocator keeps as much as it has seen freed, as in the other programmes. */
  {
    char *volatile block = malloc(length);
    free(block);
  }
  for (mode = 0; mode < sizeof modes / sizeof *modes; mode++) {
    struct soap *soap = fresh(modes[mode]), *other = fresh(modes[mode]);
    Response *response = decode(other);
    int run;
    if (!response || response->Response->__sizeBatchTaskInfo != 1000) {
      soap_print_fault(other, stderr);
      return 1;
    }
    for (run = 0; run < 60; run++) {
      double start = now(), time;
      if (!decode(soap)) return 1;
      soap_destroy(soap);
      soap_end(soap);
      time = now() - start;
      if (time < best_decode) best_decode = time;
      start = now();
      if (encode(other, response)) return 1;
      time = now() - start;
      if (time < best_encode) best_encode = time;
    }
  }
  printf("decode\t%.1f\nencode\t%.1f\n", length / best_decode / 1e6, sent_at / best_encode / 1e6);
  return 0;
}
