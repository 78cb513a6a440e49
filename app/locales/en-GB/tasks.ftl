# Deciding: the inbox, the card, several decisions at once.
tasks-heading =
    { $count ->
        [0] No decision waits for you
        [one] One decision waits for you
       *[other] { $count } decisions wait for you
    }
tasks-late =
    { $count ->
        [one] One is late.
       *[other] { $count } are late.
    }
tasks-today =
    { $count ->
        [one] One is due today, at { $until }.
       *[other] { $count } are due today, the next at { $until }.
    }
tasks-next = The next is due { $until }.
tasks-more = There are more than fit on this page: they follow when these are decided.
tasks-none = Nothing waits for you
tasks-none-words = When somebody asks for access that you decide on, it stands here and you get an e-mail.
tasks-breached = Breached
tasks-due-today = Due today
tasks-later = Later
tasks-waits-for-answer = Waits for an answer
tasks-is-late = { $words } late
tasks-due-in = Due { $until }, in { $words }
tasks-line = { $name }, { $words }
tasks-line-high-risk = { $name }, { $words }, high risk
tasks-together = Decide together
tasks-together-line = { $item }, { $count } people
tasks-together-note = Same item. One decision, with exceptions

tasks-verb-grant = Grant
tasks-verb-extend = Extend
tasks-card-intro = in { $system }. { $words }
tasks-closed = Nothing to decide any more
tasks-changed = It changed while you read it
tasks-changed-words = The request changed after this page was drawn, so nothing was decided. Look again and decide then.
tasks-see-request = See the request
tasks-was-approved = { $name } approved it, { $until }.
tasks-was-denied = { $name } denied it, { $until }.
tasks-was-denied-earlier = It was denied.
tasks-was-withdrawn = The request was withdrawn.
tasks-is-not-open = It is not your turn: it was decided by somebody else, or an earlier step is open.

tasks-for = For
tasks-why = Reason
tasks-questions = Questions
tasks-how-long = How long
tasks-before = Before you
tasks-then = Then
tasks-clock = Clock
tasks-due = Due
tasks-kind = { $words }.
tasks-kind-until = { $words } until { $until }.
tasks-reports-to-you = Reports to you.
tasks-asked-by = Asked for by { $name }.
tasks-question-by = { $name } asked, { $until }
tasks-answer-by = { $name } answered, { $until }
tasks-long = { $words }, until { $until } if it begins now.
tasks-long-from = { $words }, from { $until }.
tasks-policy = Policy { $name }, version { $number }.
tasks-rule-manager = as manager
tasks-rule-owner = as owner of the application
tasks-rule-group = for their group
tasks-stage-any =
    { $count ->
        [one] { $name } decides after you, { $words }.
       *[other] One of { $name } decides after you, { $words }.
    }
tasks-stage-all =
    { $count ->
        [one] { $name } decides after you, { $words }.
       *[other] { $name } all decide after you, { $words }.
    }
tasks-then-set-up = Usher sets it up in { $system } and reads it back.
tasks-then-extended = Nothing changes in { $system }: { $item } ends later.
tasks-clock-due = Asked { $words }. Your answer is due { $until }.
tasks-clock-stands = Asked { $words }. The clock stands still until { $name } answers.
tasks-clock-asked = Asked { $words }.
tasks-held = What { $name } holds in { $system }
tasks-held-access = Access
tasks-held-why = Why
tasks-held-state = State
tasks-held-until = Until

tasks-decision = Decision
tasks-reason = Your words, needed to deny and to ask
tasks-reason-hint = { $name } reads them. To approve, you may leave this empty.
tasks-approve = Approve
tasks-deny = Deny
tasks-ask = Ask { $name }
tasks-approved = Approved: { $item }, { $number }
tasks-denied = Denied: { $item }, { $number }
tasks-asked = Asked about { $item }, { $number }. The clock stands still until the answer is there.
fault-deny-reason-empty = Say why you deny it.
fault-question-empty = Write your question.
fault-none-ticked = Tick at least one line.

tasks-together-heading =
    { $count ->
        [one] One person asks for { $item } in { $system }
       *[other] { $count } people ask for { $item } in { $system }
    }
tasks-together-lede = Untick whoever needs a decision of their own. Each line is decided by itself.
tasks-together-none = Nothing to decide together
tasks-together-none-words = Nobody waits for this item any more.
tasks-tick = Decide on it
tasks-tick-one = Decide on { $name }
tasks-reason-for-all = Your words, needed to deny
tasks-reason-for-all-hint = Everybody on a ticked line reads them.
tasks-approve-ticked = Approve ticked
tasks-deny-ticked = Deny ticked
tasks-result = Result
tasks-result-heading-approved =
    { $count ->
        [0] Nothing was approved
        [one] One request is approved
       *[other] { $count } requests are approved
    }
tasks-result-heading-denied =
    { $count ->
        [0] Nothing was denied
        [one] One request is denied
       *[other] { $count } requests are denied
    }
tasks-result-left =
    { $count ->
        [one] One line could not be decided, for the reason beside it.
       *[other] { $count } lines could not be decided, for the reasons beside them.
    }
tasks-result-approved = Approved
tasks-result-denied = Denied
tasks-result-asked = Asked
tasks-result-back = Back to the tasks
tasks-not-yours = This is not yours to decide
tasks-somebody = Not on your list
