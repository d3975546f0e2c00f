#include "crowdsec.h"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBCURL

#include <curl/curl.h>

#define ANSWER_MAX (size_t)268435456 /* bytes */
#define CONNECT_SECONDS 10L
#define ALL_SECONDS 120L
#define LINE_MAX_ 1024 /* bytes, with the NUL, of the URL and the header */

struct answer {
	char *text;
	size_t len;
};

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
	struct answer *answer = context;
	size_t len = size * count;
	char *more;

	if (len > ANSWER_MAX - answer->len)
		return 0;
	more = realloc(answer->text, answer->len + len + 1);
	if (more == NULL)
		return 0;
	memcpy(more + answer->len, bytes, len);
	answer->text = more;
	answer->len += len;
	more[answer->len] = '\0';
	return len;
}

/* No redirection: the key is for this server only. */
static CURLcode perform(CURL *curl, const char *url,
			const struct curl_slist *headers, struct answer *answer)
{
	CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);

	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
					"http,https");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
					CONNECT_SECONDS);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_TIMEOUT, ALL_SECONDS);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	return code == CURLE_OK ? curl_easy_perform(curl) : code;
}

static enum sw_err judge(CURL *curl, CURLcode code, char *words)
{
	long status = 0;

	if (code != CURLE_OK) {
		(void)snprintf(words, SW_CROWDSEC_WORDS_MAX, "%s",
			       curl_easy_strerror(code));
		return SW_E_IO;
	}
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return SW_OK;
	(void)snprintf(words, SW_CROWDSEC_WORDS_MAX, "HTTP status %ld%s",
		       status,
		       status == 403 ? ", the key is not accepted" : "");
	return SW_E_IO;
}

enum sw_err sw_crowdsec_fetch(const char *url, const char *key, bool startup,
			      char **out_json, size_t *out_len, char *words)
{
	struct answer answer = {NULL, 0};
	struct curl_slist *headers;
	char line[LINE_MAX_];
	enum sw_err err = SW_E_NOMEM;
	CURL *curl = curl_easy_init();

	(void)snprintf(line, sizeof(line), "X-Api-Key: %s", key);
	headers = curl_slist_append(NULL, line);
	(void)snprintf(line, sizeof(line),
		       "%s/v1/decisions/stream?startup=%s&scopes=ip,range", url,
		       startup ? "true" : "false");
	(void)snprintf(words, SW_CROWDSEC_WORDS_MAX, "out of memory");
	if (curl != NULL && headers != NULL)
		err = judge(curl, perform(curl, line, headers, &answer), words);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (err == SW_OK && answer.text != NULL) {
		*out_json = answer.text;
		*out_len = answer.len;
		return SW_OK;
	}
	free(answer.text);
	if (err == SW_OK)
		(void)snprintf(words, SW_CROWDSEC_WORDS_MAX, "an empty answer");
	return err == SW_OK ? SW_E_IO : err;
}

#else

enum sw_err sw_crowdsec_fetch(const char *url SW_UNUSED,
			      const char *key SW_UNUSED, bool startup SW_UNUSED,
			      char **out_json SW_UNUSED,
			      size_t *out_len SW_UNUSED, char *words)
{
	(void)snprintf(words, SW_CROWDSEC_WORDS_MAX,
		       "this sshwhy was built without libcurl");
	return SW_E_NOTSUP;
}

#endif
