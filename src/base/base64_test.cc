#include "base/base64.h"

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

TEST(Base64, TheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text).value(), bytes);
  }
}

TEST(Base64, EveryByteComesBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)).value(), bytes);
}

TEST(Base64, WhatIsNotCanonicalIsRefused) {
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zh==", " Zg=", "Zg==\n",
                           "Z\ng=", "Zm9v!mFy", "Zg==Zg==", "Zm9vZg", "Zm-_"}) {
    EXPECT_FALSE(DecodeBase64(text)) << text;
  }
}

}  // namespace
}  // namespace distdiag::base
