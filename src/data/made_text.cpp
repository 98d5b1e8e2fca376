#include "data/made_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

/// A name and what it may become; <name> inside is replaced in turn. Past tense only: it agrees with every subject.
struct Rule {
  std::string_view name;
  std::string_view alternatives;  // separated by '|'
};

constexpr Rule kGrammar[] = {
    {"sentence",
     "<who> <did> <what>.|<who> <did> <what> <where>.|<who> <did> <what> <when>.|<when>, <who> <did> <what>.|"
     "<who> <went> <where> and <did> <what>.|<who> <went> <where> <when>.|<what> <was> <quality>.|"
     "<what> <was> <quality>, but <what> <was> <quality>.|<who> <how> <did> <what>.|<who> <did> <what>, and <who> "
     "<went> "
     "<where>.|Why did <who> <do> <what>?|Where did <who> <do> <what>?|<do> <what> <where>, please.|Please <do> <what> "
     "<when>.|There were <number> <adjective> <things> <where>.|<who> bought <number> <things> for <number> "
     "dollars.|<who> said that <what> <was> <quality>.|If <who> <did> <what>, <who> <went> <where>.|Nobody <did> "
     "<what> "
     "<where>.|<number> <things> and <number> <things> <were> <quality>."},
    {"who",
     "the <person>|my <person>|her <person>|our <person>|a <adjective> <person>|the <adjective> "
     "<person>|<name>|<name>|<name> and <name>|he|she|they|we"},
    {"what",
     "the <thing>|a <adjective> <thing>|the <adjective> <thing>|his <thing>|their <adjective> <thing>|this "
     "<thing>|every "
     "<thing>|the <things>|those <adjective> <things>"},
    {"where",
     "<near> the <place>|<near> the <adjective> <place>|<near> a <place>|<near> our <place>|<near> the <thing>"},
    {"name",
     "George|Joyce|Ruth|Thea|Hugh|Charles|Judith|Roy|Faith|Beth|Arthur|Oscar|Eve|Louise|Jean|Chuck|Peggy|Toby|Victor|"
     "Yvonne|Zoe|Shirley|Keith|Paul"},
    {"person",
     "teacher|brother|mother|father|uncle|judge|neighbour|baker|doctor|nurse|farmer|sailor|painter|driver|child|boy|"
     "girl|lawyer|cook|tailor|soldier|writer|guard|butcher|king|queen|youth|thief|actor|pilot|engineer|student|"
     "grandmother|cousin|boss|chief|singer|waiter|officer|musician|gardener|hunter|banker|vicar"},
    {"thing",
     "book|box|chair|table|lamp|bottle|ladder|watch|shirt|shoe|jacket|cup|knife|fork|spoon|plate|window|door|garage|"
     "machine|engine|wheel|rope|bag|badge|bridge|fish|cheese|orange|apple|peach|egg|potato|sausage|cabbage|onion|soup|"
     "coin|toy|treasure|picture|letter|paper|pencil|measure|television|radio|telephone|guitar|drum|violin|voice|noise|"
     "song|story|joke|question|answer|decision|vision|choice|thought|truth|myth|path|leather|feather|weather|cloth|"
     "bath|oil|soil|coal|wood|wool|sugar|butter|bread|milk|water|juice|coffee|tea|cake|salt|pepper|hammer|nail|saw|"
     "shovel|bucket|basket|blanket|pillow|carpet|mirror|clock|candle|match|fire|ring|string|spring|wing|tongue|finger|"
     "thumb|shoulder|elbow|knee|ear|eye|mouth|tooth|beard|dog|cat|horse|mouse|bird|goose|bear|fox|pigeon|donkey|tiger|"
     "lion|zebra|elephant|beetle|spider|boat|ship|truck|train|plane|bus|bicycle|wagon|camera|computer|yacht|yard|"
     "jewel"},
    {"things",
     "books|boxes|chairs|tables|lamps|bottles|watches|shirts|shoes|cups|knives|forks|plates|windows|doors|wheels|bags|"
     "badges|bridges|oranges|apples|peaches|eggs|potatoes|sausages|coins|toys|pictures|letters|pencils|stories|jokes|"
     "questions|answers|choices|cakes|hammers|nails|baskets|blankets|clocks|candles|matches|rings|fingers|dogs|cats|"
     "horses|mice|birds|geese|bears|foxes|pigeons|boats|ships|trucks|trains|bicycles|cameras|clothes|leaves|mouths"},
    {"place",
     "kitchen|garden|church|school|college|bank|beach|mountain|valley|forest|village|city|harbour|market|museum|"
     "library|theatre|hospital|station|airport|office|factory|workshop|stable|barn|cellar|attic|bathroom|hall|bridge|"
     "river|lake|ocean|island|road|street|highway|corner|square|park|zoo|castle|tower|tunnel|cave|field|meadow|"
     "orchard|vineyard|shop|bakery|hotel|house|cottage|cathedral"},
    {"adjective",
     "young|old|new|large|small|huge|tiny|thick|thin|wide|narrow|heavy|light|dark|bright|cheap|rich|poor|good|bad|big|"
     "short|tall|long|round|square|smooth|rough|soft|hard|warm|cool|cold|hot|dry|wet|clean|dirty|quick|slow|quiet|loud|"
     "sweet|sour|fresh|rotten|wooden|golden|silver|yellow|green|blue|purple|grey|white|black|red|brown|beige|strange|"
     "usual|unusual|foolish|clever|brave|proud|gentle|angry|happy|cheerful|lazy|busy|curious|famous|useful|broken|"
     "modern|foreign|southern|northern|royal|spoiled|pure|weird|loyal"},
    {"quality",
     "<adjective>|very <adjective>|too <adjective>|<adjective> and <adjective>|<adjective> enough|rather "
     "<adjective>|as <adjective> as the <thing>"},
    {"did",
     "took|watched|saw|found|lost|bought|sold|washed|carried|pushed|pulled|fetched|caught|dropped|fixed|painted|"
     "measured|brought|chose|changed|hid|showed|moved|opened|closed|shook|judged|loved|hated|wanted|needed|enjoyed|"
     "avoided|destroyed|noticed|forgot|remembered|described|imagined|polished|covered|burned|threw|kicked|touched|"
     "smelled|heard|drew|kept|borrowed|returned|repaired|exchanged|examined|admired|joined|followed|put away|looked at|"
     "thought about|laughed at|talked about"},
    {"do",
     "take|watch|see|find|lose|buy|sell|wash|carry|push|pull|fetch|catch|drop|fix|paint|measure|bring|choose|change|"
     "hide|show|move|open|close|shake|judge|love|need|enjoy|avoid|destroy|notice|forget|remember|describe|imagine|"
     "polish|cover|burn|throw|kick|touch|hear|draw|keep|borrow|return|repair|exchange|look at|think about|talk about"},
    {"went",
     "walked|went|ran|drove|sailed|jumped|rushed|marched|rode|hurried|wandered|stayed|slept|sat|stood|waited|sang"},
    {"near", "to|near|behind|beside|through|under|over|around|toward|outside|into|from|above|beyond|beneath|across"},
    {"when",
     "yesterday|on Thursday|on Tuesday|on Wednesday|last week|last month|last year|in the morning|in the evening|at "
     "noon|at midnight|after lunch|before breakfast|this afternoon|long ago|every day|once a month|in "
     "<month>|at <number> o'clock|all through the winter|during the journey|twelve hours later|before the feast"},
    {"month", "January|February|March|April|May|June|July|August|September|October|November|December"},
    {"how",
     "quickly|slowly|quietly|usually|carefully|suddenly|never|always|finally|gently|rarely|proudly|often|easily"},
    {"was", "was|was never|became|seemed|looked|is|will be|was always"},
    {"were", "were|were never|became|seemed|looked|are|will be"},
    {"number",
     "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty|a hundred"},
    {"other",
     "<thing>|<thing>|<adjective> <thing>|<name>|<number> <things>|<do> it|<place>|power on|power|power "
     "plant|flower bed|mode|slow mode|smart|I start|eye chart|save it|save them|shave me|tell me|help him|help|let me|"
     "health|half me|tower top|our boat"},
};

std::string_view alternatives_of(std::string_view name) {
  for (const Rule& rule : kGrammar)
    if (rule.name == name) return rule.alternatives;
  require(false, "the grammar has a rule for every name");
  return {};
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string expand(std::string_view name, Choices& choices) {
  const auto alternatives = split(alternatives_of(name), "|");
  const std::string_view chosen = alternatives[choices.pick(alternatives.size())];
  std::string text;
  for (std::size_t at = 0; at < chosen.size();) {
    const std::size_t open = std::min(chosen.find('<', at), chosen.size());
    text += chosen.substr(at, open - at);
    if (open == chosen.size()) break;
    const std::size_t close = chosen.find('>', open);
    text += expand(chosen.substr(open + 1, close - open - 1), choices);
    at = close + 1;
  }
  return text;
}

/// "a apple" becomes "an apple".
std::string with_articles(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool article = text[i] == 'a' && (i == 0 || text[i - 1] == ' ') && i + 2 < text.size() && text[i + 1] == ' ';
    if (!article) continue;
    const std::string_view next = std::string_view(text).substr(i + 2);
    const bool vowel = std::string_view("aeiou").find(next.front()) != std::string_view::npos;
    if (vowel && !next.starts_with("use") && !next.starts_with("usu")) out += 'n';
  }
  return out;
}

}  // namespace

std::uint32_t Choices::word() {
  std::uint32_t word = 0;
  stream_.words(next_++, {&word, 1});
  return word;
}

std::size_t Choices::pick(std::size_t count) {
  return static_cast<std::size_t>(std::uint64_t{word()} * count >> 32);
}

double Choices::between(double low, double high) {
  return low + (high - low) * (static_cast<double>(word()) * 0x1p-32);
}

std::string made_sentence(Choices& choices) {
  std::string text = with_articles(expand("sentence", choices));
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string keyword_text(std::size_t index, Choices& choices) {
  constexpr std::array said = {"Power off", "i-Smart", "Power mode", "Save me", "Help me"};
  return index < said.size() ? said[index] : expand("other", choices);
}

std::vector<std::string> made_vocabulary() {
  std::set<std::string> words;
  for (const Rule& rule : kGrammar) {
    for (const std::string_view part : split(rule.alternatives, "|")) {
      std::string text(part);
      for (std::size_t open; (open = text.find('<')) != std::string::npos;)
        text.replace(open, text.find('>', open) + 1 - open, 1, ' ');
      for (const std::string_view word : split(text, " ,.?")) words.emplace(word);
    }
  }
  return {words.begin(), words.end()};
}

}  // namespace ohmcarlo
