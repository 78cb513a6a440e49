# Instants and lengths of time.
when-today = today { $until }
when-tomorrow = tomorrow { $until }
when-yesterday = yesterday { $until }
when-exact = { $until } UTC
when-moment = less than a minute
when-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
when-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
when-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
when-short-minutes = { $count } min
when-short-hours = { $count } h { $number } min
