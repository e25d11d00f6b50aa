#include "base/base64.h"

#include <openssl/evp.h>

#include <climits>

#include <fmt/format.h>

namespace distdiag::base {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  text.resize(
      static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                               Bytes(bytes), static_cast<int>(bytes.size()))));
  return text;
}

Result<std::string> DecodeBase64(std::string_view text) {
  const auto refuse = [&] {
    return Fail(InvalidArgument(
        fmt::format("base64 expected, {} characters found that are not", text.size())));
  };
  if (text.size() > INT_MAX || text.size() % 4 != 0) return refuse();
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), Bytes(text),
                                   static_cast<int>(text.size()));
  if (size < 0) return refuse();
  // OpenSSL counts padding as zero bytes, and forgives spaces and bits that mean nothing: we don't.
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with("=") ? 1 : 0);
  if (static_cast<std::size_t>(size) < padding) return refuse();
  bytes.resize(static_cast<std::size_t>(size) - padding);
  if (EncodeBase64(bytes) != text) return refuse();
  return bytes;
}

}  // namespace distdiag::base
