#include "collect/statement_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace distdiag::collect {
namespace {

// Of operators with several bytes; a run of them is one token.
constexpr std::string_view kOperatorBytes = "<>=!|&:";

enum class Escapes { kBackslash, kNone };

struct Token {
  std::string_view text;
  bool is_after_space = false;
};

constexpr std::string_view kPlaceholder = "?";

bool IsSpace(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWord(std::string_view token) {
  return !token.empty() && (IsWordByte(token.front()) || token.front() == '`');
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool SameWord(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return Lower(x) == y; });
}

// Words whose string belongs to them: N'…' x'…' b'…' _utf8mb4'…'.
bool IsStringPrefix(std::string_view word) {
  return word.front() == '_' || SameWord(word, "n") || SameWord(word, "x") || SameWord(word, "b");
}

class Lexer {
 public:
  Lexer(std::string_view text, Escapes escapes) : text_(text), escapes_(escapes) {}

  std::vector<Token> Run() {
    while (at_ < text_.size()) Step();
    return std::move(tokens_);
  }
  // No quote and no comment was open at the end.
  bool is_terminated() const { return is_terminated_; }

 private:
  char Ahead(std::size_t n) const { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }

  void Add(std::string_view token) {
    // 'a' 'b' is one string; two placeholders side by side mean nothing else.
    const bool is_repeated =
        token == kPlaceholder && !tokens_.empty() && tokens_.back().text == kPlaceholder;
    if (!is_repeated) tokens_.push_back({token, std::exchange(is_after_space_, false)});
  }

  void DropRest() {
    at_ = text_.size();
    is_terminated_ = false;
  }

  void Step() {
    const char c = text_[at_];
    if (IsSpace(c)) {
      is_after_space_ = true;
      ++at_;
    } else if (c == '-' && Ahead(1) == '-' &&
               (at_ + 2 >= text_.size() || IsSpace(text_[at_ + 2]))) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '#' || (c == '-' && Ahead(1) == '-')) {
      // A comment for one server, a name or two signs for another: who knows where the next quote is.
      at_ = text_.size();
    } else if (c == '/' && Ahead(1) == '*') {
      SkipComment();
    } else if (c == '\'' || c == '"') {
      Add(kPlaceholder);
      SkipString(c);
    } else if (c == '`') {
      ReadQuotedName();
    } else if (IsDigit(c) || (c == '.' && IsDigit(Ahead(1)) && !EndsInName())) {
      SkipNumber();
      Add(kPlaceholder);
    } else if (IsWordByte(c)) {
      ReadWord();
    } else {
      ReadOperator();
    }
  }

  // "t.5" is a name and a number, " .5" one number.
  bool EndsInName() const {
    return at_ > 0 && (IsWordByte(text_[at_ - 1]) || text_[at_ - 1] == '`' ||
                       text_[at_ - 1] == '.' || text_[at_ - 1] == '?');
  }

  void SkipComment() {
    const std::size_t end = text_.find("*/", at_ + 2);
    is_after_space_ = true;
    if (end == std::string_view::npos) return DropRest();
    at_ = end + 2;
  }

  void SkipString(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && escapes_ == Escapes::kBackslash) {
        ++at_;
      } else if (text_[at_] == quote) {
        if (Ahead(1) != quote) {
          ++at_;
          return;
        }
        ++at_;
      }
    }
    DropRest();
  }

  // Oracle's q'[it's]'.
  void SkipQuoteLiteral() {
    const char open = Ahead(1);
    constexpr std::array<std::pair<char, char>, 4> kPairs = {
        {{'[', ']'}, {'(', ')'}, {'{', '}'}, {'<', '>'}}};
    const auto pair = std::find_if(kPairs.begin(), kPairs.end(),
                                   [&](const auto& one) { return one.first == open; });
    const std::array<char, 2> close = {pair == kPairs.end() ? open : pair->second, '\''};
    const std::size_t end = text_.find(std::string_view(close.data(), close.size()), at_ + 2);
    if (end == std::string_view::npos) return DropRest();
    at_ = end + close.size();
  }

  void ReadQuotedName() {
    const std::size_t begin = at_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '`') continue;
      if (Ahead(1) != '`') {
        ++at_;
        return Add(text_.substr(begin, at_ - begin));
      }
      ++at_;
    }
    DropRest();
  }

  // 12, 1.5, .5, 1e-5, 0x1F, 0b01; names that begin with a digit too.
  void SkipNumber() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool is_sign =
          (c == '-' || c == '+') && at_ > 0 && Lower(text_[at_ - 1]) == 'e' && IsDigit(Ahead(1));
      if (!IsWordByte(c) && c != '.' && !is_sign) return;
      ++at_;
    }
  }

  void ReadWord() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const char next = Ahead(0);
    if (next == '\'' && (SameWord(word, "q") || SameWord(word, "nq"))) {
      Add(kPlaceholder);
      return SkipQuoteLiteral();
    }
    // The quote that follows adds its placeholder.
    if ((next == '\'' || next == '"') && IsStringPrefix(word)) return;
    Add(word);
  }

  void ReadOperator() {
    const std::size_t begin = at_++;
    if (kOperatorBytes.find(text_[begin]) != std::string_view::npos) {
      while (at_ < text_.size() && kOperatorBytes.find(text_[at_]) != std::string_view::npos) ++at_;
    }
    if (text_[begin] != '\\') Add(text_.substr(begin, at_ - begin));
  }

  const std::string_view text_;
  const Escapes escapes_;
  std::size_t at_ = 0;
  bool is_after_space_ = false;
  bool is_terminated_ = true;
  std::vector<Token> tokens_;
};

// The tokens that are sure however the server reads backslashes.
std::vector<Token> SureTokens(std::string_view text, TextEnd end) {
  Lexer escaped(text, Escapes::kBackslash);
  std::vector<Token> tokens = escaped.Run();
  if (text.find('\\') == std::string_view::npos) return tokens;
  Lexer plain(text, Escapes::kNone);
  std::vector<Token> others = plain.Run();
  // A statement that ran had its quotes closed.
  if (end == TextEnd::kWhole && escaped.is_terminated() != plain.is_terminated())
    return escaped.is_terminated() ? tokens : others;
  const auto differ =
      std::mismatch(tokens.begin(), tokens.end(), others.begin(), others.end(),
                    [](const Token& a, const Token& b) { return a.text == b.text; });
  tokens.erase(differ.first, tokens.end());
  return tokens;
}

// After these a minus is no subtraction.
bool IsBeforeSign(std::string_view token) {
  return !token.empty() && token != ")" && token != kPlaceholder && token != "." && !IsWord(token);
}

// Signs of numbers, and a password that stands there unquoted (Oracle's IDENTIFIED BY secret).
std::vector<Token> WithoutSignsAndSecrets(const std::vector<Token>& tokens) {
  std::vector<Token> kept;
  for (Token token : tokens) {
    const auto back = [&kept](std::size_t n) {
      return kept.size() < n ? std::string_view() : kept[kept.size() - n].text;
    };
    while (token.text == kPlaceholder && (back(1) == "-" || back(1) == "+") &&
           IsBeforeSign(back(2)))
      kept.pop_back();
    if (SameWord(back(1), "by") && SameWord(back(2), "identified")) token.text = kPlaceholder;
    kept.push_back(token);
  }
  return kept;
}

// The place after the bracket that closes the one at `open`; the end where none does.
std::size_t AfterBracket(const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].text == "(") ++depth;
    if (tokens[i].text == ")" && --depth == 0) return i + 1;
  }
  return tokens.size();
}

bool IsOfList(std::string_view token) {
  constexpr std::array<std::string_view, 6> kBytes = {"?", ",", "(", ")", ".", "-"};
  return std::find(kBytes.begin(), kBytes.end(), token) != kBytes.end() ||
         SameWord(token, "null") || SameWord(token, "true") || SameWord(token, "false") ||
         SameWord(token, "default");
}

// The place after the list that begins at `open`; nullopt = it stays as it is (a subquery, names).
std::optional<std::size_t> AfterList(const std::vector<Token>& tokens, std::size_t open,
                                     bool is_values) {
  std::size_t after = AfterBracket(tokens, open);
  if (is_values) {
    // All rows.
    while (after + 1 < tokens.size() && tokens[after].text == "," && tokens[after + 1].text == "(")
      after = AfterBracket(tokens, after + 1);
    return after;
  }
  const bool is_literal = std::all_of(tokens.begin() + static_cast<std::ptrdiff_t>(open),
                                      tokens.begin() + static_cast<std::ptrdiff_t>(after),
                                      [](const Token& token) { return IsOfList(token.text); });
  return is_literal ? std::optional(after) : std::nullopt;
}

std::vector<Token> WithShortLists(const std::vector<Token>& tokens) {
  std::vector<Token> kept;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    kept.push_back(tokens[i]);
    const bool is_values = SameWord(tokens[i].text, "values") || SameWord(tokens[i].text, "value");
    if (!is_values && !SameWord(tokens[i].text, "in")) continue;
    if (i + 1 >= tokens.size() || tokens[i + 1].text != "(") continue;
    const auto after = AfterList(tokens, i + 1, is_values);
    if (!after) continue;
    kept.push_back({"(", true});
    for (int dots = 0; dots < 3; ++dots) kept.push_back({"."});
    kept.push_back({")"});
    i = *after - 1;
  }
  return kept;
}

bool IsSpaceBetween(const Token& before, const Token& token) {
  const std::string_view left = before.text, right = token.text;
  if (left == "(" || left == "." || left == "@") return false;
  if (right == ")" || right == "," || right == "." || right == ";") return false;
  if (right == "(" && IsWord(left)) return token.is_after_space;
  return true;
}

std::string Joined(const std::vector<Token>& tokens) {
  std::string text;
  const Token* before = nullptr;
  for (const Token& token : tokens) {
    if (before != nullptr && IsSpaceBetween(*before, token)) text += ' ';
    text += token.text;
    before = &token;
  }
  return text;
}

// As many as fit.
std::vector<Token> Fitting(std::vector<Token> tokens) {
  std::size_t length = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && IsSpaceBetween(tokens[i - 1], tokens[i])) ++length;
    length += tokens[i].text.size();
    if (length > kMostStatementText) {
      tokens.resize(i);
      break;
    }
  }
  return tokens;
}

}  // namespace

std::string NormaliseStatement(std::string_view text, TextEnd end) {
  std::vector<Token> tokens = WithShortLists(WithoutSignsAndSecrets(SureTokens(text, end)));
  // Once more: what was cut may have left a list open.
  return Joined(WithShortLists(Fitting(std::move(tokens))));
}

}  // namespace distdiag::collect
