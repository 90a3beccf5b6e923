"""ROUGE of our extractive summary beside sumy's LexRank and TextRank, on the same sentences and the same number of words.

    cargo run --release -p liaison-insights --example extract < meetings.jsonl > extracted.jsonl
    python compare.py extracted.jsonl [words]

`meetings.jsonl` is in the form of QMSum (MIT), one meeting a line. Every system gives its sentences best first; each
summary is cut at the same number of words (a limit of words, as in DUC, so that long sentences win nothing). Our
splitter cuts for all of them.
"""

import json
import sys
import time

from rouge_score import rouge_scorer
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words


class Words:
    """Words of a sentence as sumy wants them, without the data that its own tokenizer downloads."""

    def to_words(self, text):
        return [word for word in "".join(c if c.isalnum() or c == "'" else " " for c in text).split() if word]


def ranked(summarizer, sentences):
    """The places of sentences, best first."""
    words = Words()
    document = ObjectDocumentModel([Paragraph([Sentence(text, words) for text in sentences])])
    ratings = summarizer.rate_sentences(document)
    places = {}
    for place, text in enumerate(sentences):
        places.setdefault(text, place)
    best = sorted(ratings.items(), key=lambda item: -item[1])
    return [places[str(sentence)] for sentence, _ in best]


def summary(sentences, order, limit):
    chosen, count = [], 0
    for place in order:
        if count >= limit:
            break
        words = sentences[place].split()[: limit - count]
        chosen.append((place, " ".join(words)))
        count += len(words)
    return " ".join(text for _, text in sorted(chosen))


def lex_rank():
    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")

    def rate(document):
        words = [summarizer._to_words_set(sentence) for sentence in document.sentences]
        tf = summarizer._compute_tf(words)
        idf = summarizer._compute_idf(words)
        matrix = summarizer._create_matrix(words, summarizer.threshold, tf, idf)
        scores = summarizer.power_method(matrix, summarizer.epsilon)
        return dict(zip(document.sentences, scores))

    summarizer.rate_sentences = rate
    return summarizer


def text_rank():
    summarizer = TextRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    return summarizer


def main():
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    names = ["ours", "sumy LexRank", "sumy TextRank", "first words"]
    if len(sys.argv) > 3:
        names = sys.argv[3].split(",")
    sums = {name: [0.0] * 6 for name in names}
    spent = {name: 0.0 for name in names}
    count = 0
    for line in open(sys.argv[1], encoding="utf-8"):
        meeting = json.loads(line)
        sentences, reference = meeting["sentences"], meeting["reference"]
        if not sentences or not reference:
            continue
        count += 1
        for name in names:
            begun = time.monotonic()
            if name == "ours":
                order = meeting["order"]
            elif name == "sumy LexRank":
                order = ranked(lex_rank(), sentences)
            elif name == "sumy TextRank":
                order = ranked(text_rank(), sentences)
            else:
                order = range(len(sentences))
            spent[name] += meeting["micros"] / 1e6 if name == "ours" else time.monotonic() - begun
            scores = scorer.score(reference, summary(sentences, order, limit))
            for place, kind in enumerate(["rouge1", "rouge2", "rougeL"]):
                sums[name][place] += scores[kind].fmeasure
                sums[name][place + 3] += scores[kind].recall
    print(f"{count} meetings, {limit} words; F1 (recall), in hundredths; seconds for all")
    for name, values in sums.items():
        mean = [100 * value / max(count, 1) for value in values]
        cells = "  ".join(f"{mean[i]:5.2f} ({mean[i + 3]:5.2f})" for i in range(3))
        print(f"{name:14}  R1 {cells.split('  ')[0]}  R2 {cells.split('  ')[1]}  RL {cells.split('  ')[2]}  {spent[name]:8.2f} s")


if __name__ == "__main__":
    main()
