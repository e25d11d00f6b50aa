#include "serve/feedback_body.h"

#include <gtest/gtest.h>

namespace distdiag::serve {
namespace {

using domain::Judgement;
using domain::ProblemId;

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(FeedbackBodyTest, ReadsEveryField) {
  const auto feedback = ParseNewFeedback(
      R"({"judgement":"wrong_node","author":"ann","comment":"备份","right_node":"n3",)"
      R"("right_problem":null,"said":{"target":{"scope":"node","node":"n2"},"problem":"cpu"}})");
  ASSERT_TRUE(feedback.has_value()) << feedback.error().message();
  EXPECT_EQ(feedback->judgement, Judgement::kWrongNode);
  EXPECT_EQ(feedback->author, "ann");
  EXPECT_EQ(feedback->comment, "备份");
  EXPECT_EQ(feedback->right_node, "n3");
  EXPECT_EQ(feedback->right_problem, std::nullopt);
  EXPECT_EQ(feedback->said, (domain::SaidPair{.node = "n2", .problem = ProblemId::kCpu}));
}

TEST(FeedbackBodyTest, LittleIsEnough) {
  const auto feedback = ParseNewFeedback(R"({"judgement":"confirmed","author":"ann"})");
  ASSERT_TRUE(feedback.has_value()) << feedback.error().message();
  EXPECT_EQ(feedback->comment, "");
  EXPECT_EQ(feedback->right_node, std::nullopt);
  EXPECT_EQ(feedback->said, std::nullopt);
  const auto of_cluster =
      ParseNewFeedback(R"({"judgement":"wrong_problem","author":"a","right_problem":"io",)"
                       R"("said":{"target":{"scope":"cluster","node":null},"problem":"surge"}})");
  ASSERT_TRUE(of_cluster.has_value()) << of_cluster.error().message();
  EXPECT_EQ(of_cluster->right_problem, ProblemId::kIo);
  EXPECT_EQ(of_cluster->said, (domain::SaidPair{.problem = ProblemId::kSurge}));
}

TEST(FeedbackBodyTest, LengthsAreCharactersNotBytes) {
  const std::string head = R"({"judgement":"confirmed","author":")";
  EXPECT_TRUE(
      ParseNewFeedback(head + Repeat("节", 100) + R"(","comment":")" + Repeat("点", 10000) + "\"}")
          .has_value());
}

TEST(FeedbackBodyTest, SaysWhatIsWrong) {
  const std::string who = R"({"judgement":"confirmed","author":"a",)";
  const struct {
    const char* name;
    std::string body;
    const char* message;
  } rows[] = {
      {"nothing", "", "body: expected JSON"},
      {"a list", "[]", "body: expected a JSON object"},
      {"deep", Repeat("[", 1000), "body: expected JSON"},
      {"no UTF-8", "{\"author\":\"\xff\xfe\"}", "body: expected JSON"},
      {"another field", who + R"("id":1})", "body: expected only judgement, author, comment"},
      {"no judgement", R"({"author":"a"})", "judgement: expected confirmed, wrong_node"},
      {"unknown judgement", R"({"author":"a","judgement":"maybe"})",
       "judgement: expected confirmed, wrong_node, wrong_problem, not_an_incident or withdrawn, "
       "found \"maybe\""},
      {"judgement is a number", R"({"author":"a","judgement":1})", "judgement: expected a string"},
      {"no author", R"({"judgement":"confirmed"})",
       "author: expected at least one character that shows"},
      {"author of space", R"({"judgement":"confirmed","author":" \n"})",
       "author: expected at least one character that shows"},
      {"author is null", R"({"judgement":"confirmed","author":null})", "author: expected a string"},
      {"long author", R"({"judgement":"confirmed","author":")" + Repeat("a", 101) + "\"}",
       "author: expected at most 100 characters, found 101"},
      {"long comment", who + R"("comment":")" + Repeat("a", 10001) + "\"}",
       "comment: expected at most 10000 characters, found 10001"},
      {"comment is a list", who + R"("comment":[]})", "comment: expected a string"},
      {"node is a number", who + R"("right_node":3})", "right_node: expected a string"},
      {"unknown problem", who + R"("right_problem":"gremlins"})",
       "right_problem: expected the name of a problem (/api/v1/problems), found \"gremlins\""},
      {"problem is a number", who + R"("right_problem":3})", "right_problem: expected a string"},
      {"said is a text", who + R"("said":"n2"})", "said: expected an object"},
      {"said without target", who + R"("said":{"problem":"cpu"}})", "said: expected an object"},
      {"said without problem", who + R"("said":{"target":{"scope":"cluster"}}})",
       "problem: expected the name of a problem"},
      {"said with more", who + R"("said":{"target":{},"problem":"cpu","p":1}})",
       "said: expected only target, problem"},
      {"scope against node",
       who + R"("said":{"target":{"scope":"cluster","node":"n2"},)"
             R"("problem":"cpu"}})",
       "said.target.scope: expected \"node\""},
      {"no scope", who + R"("said":{"target":{"node":null},"problem":"cpu"}})",
       "said.target.scope: expected \"cluster\""},
  };
  for (const auto& row : rows) {
    const auto feedback = ParseNewFeedback(row.body);
    ASSERT_FALSE(feedback.has_value()) << row.name;
    EXPECT_EQ(feedback.error().code(), base::StatusCode::kInvalidArgument) << row.name;
    EXPECT_TRUE(feedback.error().message().starts_with(row.message))
        << row.name << ": " << feedback.error().message();
  }
}

}  // namespace
}  // namespace distdiag::serve
