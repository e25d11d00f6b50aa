#include "collect/statement_text.h"

#include "base/random.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Row {
  const char* name;
  std::string text;
  std::string expected;
  TextEnd end = TextEnd::kWhole;
};

class NormaliseTest : public ::testing::TestWithParam<Row> {};

TEST_P(NormaliseTest, GivesTheKind) {
  const std::string text = NormaliseStatement(GetParam().text, GetParam().end);
  EXPECT_EQ(text, GetParam().expected);
  EXPECT_EQ(NormaliseStatement(text), text) << "again: the same";
}

INSTANTIATE_TEST_SUITE_P(
    Statements, NormaliseTest,
    ::testing::Values(
        Row{"strings", "select q from t where a='x' and b = \"y\"",
            "select q from t where a = ? and b = ?"},
        Row{"doubled_quotes", "select 'it''s', \"a\"\"b\" from t", "select ?, ? from t"},
        Row{"backslash", "select 'it\\'s' from t where a = 5", "select ? from t where a = ?"},
        Row{"backslash_is_no_escape_there", "select 'a\\' , 'secret' from t", "select ?, ? from t"},
        Row{"both_ways_are_possible", "select 'a\\'' , 'b\\'' , 1 from t", "select ?"},
        Row{"cut_and_both_ways_are_possible", "select 'a\\' , 'secret", "select ?", TextEnd::kCut},
        Row{"adjacent_strings", "select 'a' 'b', 1", "select ?, ?"},
        Row{"numbers", "select 1, 1.5, .5, 1e-5, 1E+7, 0x1F, 0b01, 12abc from t1",
            "select ?, ?, ?, ?, ?, ?, ?, ? from t1"},
        Row{"signs", "where a=-5 and b > - 3 and c-1 > 0 and f(-1, +2) = a - -4",
            "where a = ? and b > ? and c - ? > ? and f(?, ?) = a - ?"},
        Row{"prefixes", "select N'a', x'41', X'42', b'01', _utf8mb4'z', n \"q\"",
            "select ?, ?, ?, ?, ?, n ?"},
        Row{"dates", "where d >= DATE '2020-01-01' and t < {ts '2020-01-01 00:00:00'}",
            "where d >= DATE ? and t < { ts ? }"},
        Row{"oracle_quotes", "select q'[it's]', Q'!a'b!', nq'(x)' from dual",
            "select ?, ?, ? from dual"},
        Row{"in_list", "where a in (1,2,-3) and b IN ('x') and c in (null, 1e3)",
            "where a in (...) and b IN (...) and c in (...)"},
        Row{"in_rows", "where (a, b) in ((1, 2), (3, 4))", "where (a, b) in (...)"},
        Row{"in_subquery", "where a in (select id from t where b = 1)",
            "where a in (select id from t where b = ?)"},
        Row{"in_names", "where 5 in (a, b, 7)", "where ? in (a, b, ?)"},
        Row{"values",
            "insert into t (a,b) values (1,'x'),(2,now()),(3,'y') on duplicate key update a=9",
            "insert into t (a, b) values (...) on duplicate key update a = ?"},
        Row{"mysql_digest", "SELECT `q` FROM `t` WHERE `a` IN (...) AND `b` = ? LIMIT ? , ...",
            "SELECT `q` FROM `t` WHERE `a` IN (...) AND `b` = ? LIMIT ?,..."},
        Row{"mysql_digest_of_rows", "INSERT INTO `t` VALUES (...) /* , ... */",
            "INSERT INTO `t` VALUES (...)"},
        Row{"comments", "select /*+ index(t i) */ a -- secret\n, b from /* x */ t",
            "select a, b from t"},
        Row{"comment_or_name", "select a # secret\n from t", "select a"},
        Row{"comment_or_signs", "select a --5 'secret\n' from t", "select a"},
        Row{"spaces", "  select\t\n a\r\n,b  from  t ;  ", "select a, b from t;"},
        Row{"functions", "select count(*), max( a ) from a.b where c<=>d||e->'$.x'",
            "select count(*), max(a) from a.b where c <=> d || e - > ?"},
        Row{"quoted_names", "select `a``b`.`c 'd'` from `t`", "select `a``b`.`c 'd'` from `t`"},
        Row{"variables", "set @a = 5, @@session.b = 'x'", "set @a = ?, @@session.b = ?"},
        Row{"open_quote", "select a from t where b = 'secret and c = 1",
            "select a from t where b = ?"},
        Row{"open_comment", "select a /* secret", "select a"},
        Row{"open_name", "select a, `secret", "select a,"},
        Row{"password", "alter user u identified by 'secret'", "alter user u identified by ?"},
        Row{"password_without_quotes", "create user u identified by secret account lock",
            "create user u identified by ? account lock"},
        Row{"utf8", "select 名字 from 表 where 名字 = '张三'",
            "select 名字 from 表 where 名字 = ?"},
        Row{"placeholders", "select a from t where b = ? and c in (?,?)",
            "select a from t where b = ? and c in (...)"},
        Row{"empty", "", ""}, Row{"only_a_comment", "/* x */", ""}),
    [](const auto& row) { return row.param.name; });

TEST(NormaliseStatementTest, IsCutBetweenWords) {
  std::string text = "select ";
  for (int i = 0; i < 100; ++i)
    text += "列名" + std::string(1, static_cast<char>('a' + i % 26)) + ", ";
  const std::string cut = NormaliseStatement(text);
  EXPECT_LE(cut.size(), kMostStatementText);
  EXPECT_GT(cut.size(), kMostStatementText - 12);
  EXPECT_EQ(NormaliseStatement(cut), cut);
  EXPECT_EQ(NormaliseStatement("select " + std::string(400, 'a') + " from t"), "select");
}

TEST(NormaliseStatementTest, AListThatIsCutIsShort) {
  std::string text = "select a from t where b in (1";
  for (int i = 0; i < 3000; ++i) text += ", 12345";
  EXPECT_EQ(NormaliseStatement(text, TextEnd::kCut), "select a from t where b in (...)");
}

// Literals with all that could end them early or late, between pieces of SQL.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string Statement() {
    std::string text;
    const std::size_t pieces = 1 + random_.NextBelow(12);
    for (std::size_t i = 0; i < pieces; ++i) {
      text += Pick(kSql);
      text += Pick({" ", "", "\n", " /* c */ ", "\t"});
      text += Literal();
      text += Pick({" ", ",", ")", " and ", "\n"});
    }
    return text;
  }

 private:
  const std::vector<std::string> kSql = {"select a from t where b =",
                                         "in (",
                                         "values (",
                                         "),(",
                                         "limit ",
                                         "- ",
                                         "a +",
                                         "case when `x` then ",
                                         "f(a, ",
                                         "like ",
                                         "->",
                                         "@v := ",
                                         "(",
                                         "||",
                                         "interval ",
                                         "between ",
                                         "n.",
                                         "date ",
                                         "=-",
                                         "/",
                                         "`q` ="};

  std::string Pick(const std::vector<std::string>& from) {
    return from[random_.NextBelow(from.size())];
  }
  // Every literal of letters or digits holds "zq" or "77": nothing else in the statement does.
  std::string Literal() {
    switch (random_.NextBelow(8)) {
      case 0: return Pick({"77", "77.77", ".77", "77e-77", "0x77", "0b77", "-77", "77zq"});
      case 1: return Quoted('\'', Pick({" ", " n", " x", " b", " _utf8", " N", " X"}));
      case 2: return Quoted('"', " ");
      case 3: return " q'[zq'zq]'";
      default: return Quoted('\'', " ");
    }
  }
  std::string Quoted(char quote, const std::string& prefix) {
    std::string text = prefix + quote;
    const std::size_t pieces = random_.NextBelow(6);
    for (std::size_t i = 0; i < pieces; ++i) {
      const std::string other(1, quote == '"' ? '\'' : '"');
      text += Pick({"zq", "77", " zq ", ",", "(", ")", "--", "/*", "*/", "#", "`", "?", "\n", "张",
                    other, std::string(2, quote), "zq;", "\\n", "\\\\"});
    }
    return text + quote;
  }

  base::Random random_;
};

TEST(NormaliseStatementTest, NoLiteralComesThrough) {
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    const std::string text = Writer(seed).Statement();
    for (const TextEnd end : {TextEnd::kWhole, TextEnd::kCut}) {
      const std::string kind = NormaliseStatement(text, end);
      ASSERT_THAT(kind, Not(HasSubstr("zq"))) << seed << ": " << text;
      ASSERT_THAT(kind, Not(HasSubstr("77"))) << seed << ": " << text;
      ASSERT_LE(kind.size(), kMostStatementText);
      ASSERT_EQ(NormaliseStatement(kind), kind) << seed << ": " << text;
    }
  }
}

TEST(NormaliseStatementTest, NoLiteralComesThroughOfATextThatIsCutAnywhere) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string text = Writer(seed).Statement();
    for (std::size_t length = 0; length < text.size(); ++length) {
      const std::string kind = NormaliseStatement(text.substr(0, length), TextEnd::kCut);
      ASSERT_THAT(kind, Not(HasSubstr("zq"))) << seed << ": " << text.substr(0, length);
      ASSERT_THAT(kind, Not(HasSubstr("77"))) << seed << ": " << text.substr(0, length);
    }
  }
}

}  // namespace
}  // namespace distdiag::collect
