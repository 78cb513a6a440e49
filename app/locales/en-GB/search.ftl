# Finding people, items of the catalogue and requests.
search-title = Search
search-label = A name, an item, or the number of a request
search-heading =
    { $count ->
        [0] Nothing fits "{ $words }"
        [one] One thing fits "{ $words }"
       *[other] { $count } things fit "{ $words }"
    }
search-none = Nothing was found
search-none-words = Try a part of the name, or a number such as R-20001.
search-request = Request
search-request-for = for { $name }
search-items = What can be asked for
search-item-in = { $item } in { $system }
search-more-people = More people
