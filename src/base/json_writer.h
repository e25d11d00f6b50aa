// Writes JSON text straight into a string, in the order of the calls.
//
// Why so: answers, payloads and stored bodies are written far more often than parsed; no tree is built, numbers are the
// shortest that read back the same (0.49, not 4.9E-1), and what is not finite becomes null.
// Thread: single (owner: the caller). Cost: about a memcpy.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace distdiag::base {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  // REQUIRES: inside an object, followed by exactly one value.
  JsonWriter& Key(std::string_view key);

  // Bytes that are not UTF-8 become U+FFFD, so the text is always valid JSON.
  JsonWriter& Value(std::string_view text);
  JsonWriter& Value(const char* text) { return Value(std::string_view(text)); }
  JsonWriter& Value(const std::string& text) { return Value(std::string_view(text)); }
  template <typename T>
  requires std::same_as<T, bool> JsonWriter& Value(T flag) { return Raw(flag ? "true" : "false"); }
  template <typename T>
  requires(std::integral<T> && !std::same_as<T, bool> &&
           !std::same_as<T, char>) JsonWriter& Value(T number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    return Raw(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  JsonWriter& Value(double number);
  JsonWriter& Value(float number);
  JsonWriter& Null() { return Raw("null"); }
  // REQUIRES: `json` is one whole JSON value.
  JsonWriter& Raw(std::string_view json);

  template <typename T>
  JsonWriter& Field(std::string_view key, const T& value) {
    Key(key);
    return Value(value);
  }

  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  void Separate();

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace distdiag::base
