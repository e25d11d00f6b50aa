#include "notify/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace distdiag::notify {
namespace {

constexpr auto kConnectTimeout = std::chrono::seconds(5);

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// Where an answer's body goes.
struct BodySink {
  base::HttpResponse& response;
  std::size_t limit_bytes;
};

// What is beyond the limit is read and thrown away, so that a long answer is still an answer.
std::size_t KeepBody(char* bytes, std::size_t size, std::size_t count, void* out) {
  const auto& sink = *static_cast<BodySink*>(out);
  const std::size_t all = size * count;
  const std::size_t kept = std::min(all, sink.limit_bytes - sink.response.body.size());
  sink.response.body.append(bytes, kept);
  sink.response.body_truncated = sink.response.body_truncated || kept < all;
  return all;
}

base::Result<HeaderList> MakeHeaders(const base::HttpRequest& request) {
  // No "Expect: 100-continue": it costs a round trip and some receivers never answer it.
  HeaderList list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : request.headers) {
    const std::string line = fmt::format("{}: {}", name, value);
    if (line.find_first_of("\r\n") != std::string::npos) {
      return base::Fail(base::InvalidArgument(
          fmt::format("header {}: expected one line, found a line break", name)));
    }
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr)
      return base::Fail(base::ResourceExhausted("out of memory for HTTP headers"));
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

void SetOptions(CURL* easy, const base::HttpRequest& request, curl_slist* headers, BodySink& sink) {
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(request.timeout);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);  // signals and threads don't go together
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(
      easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min<std::chrono::milliseconds>(timeout, kConnectTimeout).count()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "DistDiag");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &KeepBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &sink);
  if (request.method == "GET") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
}

base::Status ErrorOf(CURLcode code, const std::string& url) {
  const std::string text = fmt::format("{}: {}", RedactUrl(url), curl_easy_strerror(code));
  const bool bad_input = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
  return bad_input ? base::InvalidArgument(text) : base::Unavailable(text);
}

class CurlTransport final : public base::HttpTransport {
 public:
  base::Result<base::HttpResponse> Send(const base::HttpRequest& request) override {
    const Easy easy(curl_easy_init());
    if (easy == nullptr)
      return base::Fail(base::ResourceExhausted("out of memory for an HTTP request"));
    ASSIGN_OR_RETURN(const HeaderList headers, MakeHeaders(request));
    base::HttpResponse response;
    BodySink sink{response, request.max_body_bytes};
    SetOptions(easy.get(), request, headers.get(), sink);
    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) return base::Fail(ErrorOf(code, request.url));
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }
};

}  // namespace

std::unique_ptr<base::HttpTransport> NewCurlTransport() {
  // Counted by libcurl; never undone, for other users of the library may live longer.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  return std::make_unique<CurlTransport>();
}

std::string RedactUrl(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return "(an address without a scheme)";
  std::string_view host = url.substr(scheme_end + 3);
  const std::size_t path = host.find_first_of("/?#\\");
  const bool has_more = path != std::string_view::npos && path + 1 < host.size();
  host = host.substr(0, path);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
    host.remove_prefix(at + 1);
  return fmt::format("{}://{}{}", url.substr(0, scheme_end), host, has_more ? "/…" : "");
}

}  // namespace distdiag::notify
