"""The fictional round: GloBe's real rules, real municipalities, invented people, texts and pairs.

Everything is made through the services, with the clock standing at the moment when it would have happened, so that
the demo obeys each rule that the real programme obeys. No real pair is known, and none is suggested.
"""
