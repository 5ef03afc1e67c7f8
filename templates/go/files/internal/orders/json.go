package orders

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Misfit says where JSON has not the form of an order: every place, with what it must be.
type Misfit []FieldError

// Error is for a log; whoever asked gets the places.
func (m Misfit) Error() string {
	var places []string
	for _, wrong := range m {
		places = append(places, fmt.Sprintf("%q must be %s", wrong.Field, wrong.Rule))
	}
	return strings.Join(places, ", ")
}

// UnmarshalJSON reads what the interface allows and nothing else.
func (w *Wanted) UnmarshalJSON(data []byte) error {
	return members(data, map[string]any{"customer": (*text)(&w.Customer), "items": (*list)(&w.Items)})
}

// UnmarshalJSON reads what the interface allows and nothing else.
func (i *Item) UnmarshalJSON(data []byte) error {
	return members(data, map[string]any{"sku": (*text)(&i.SKU), "quantity": (*wholeNumber)(&i.Quantity)})
}

// members reads an object that has exactly these members, once each. Left to itself, encoding/json takes names in
// any case, lets the last of two win, and does not miss one that is not there.
func members(data []byte, missing map[string]any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return Misfit{{"", "an object"}}
	}
	var wrong Misfit
	unknown := false
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(token)
		value, known := missing[name]
		if !known {
			// The first is told, however many there are: thousands fit into a body.
			if !unknown {
				wrong = append(wrong, FieldError{step(name), "left out, or there once"})
			}
			unknown = true
			value = new(json.RawMessage)
		}
		delete(missing, name)
		if wrong, err = wrong.below(name, decoder.Decode(value)); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		wrong = append(wrong, FieldError{step(name), "there"})
	}
	return wrong.orNil()
}

// below adds what is wrong with the value of a member; any other error is not the form's.
func (m Misfit) below(name string, err error) (Misfit, error) {
	inner, ok := errors.AsType[Misfit](err)
	if !ok {
		return m, err
	}
	for _, wrong := range inner {
		m = append(m, FieldError{step(name) + wrong.Field, wrong.Rule})
	}
	return m, nil
}

// orNil is an error only where something is wrong.
func (m Misfit) orNil() error {
	if len(m) == 0 {
		return nil
	}
	return m
}

// step is a name as a step of a JSON pointer, RFC 6901.
func step(name string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// list reads items, and says which of them are none.
type list []Item

func (l *list) UnmarshalJSON(data []byte) error {
	var values []json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil || values == nil {
		return Misfit{{"", "a list"}}
	}
	// Thousands fit into a body, and what is wrong with each would make an answer many times as large.
	if len(values) > maxItems {
		return Misfit{{"", itemsRule}}
	}
	items := make([]Item, len(values))
	var wrong Misfit
	for i, value := range values {
		var err error
		if wrong, err = wrong.below(strconv.Itoa(i), json.Unmarshal(value, &items[i])); err != nil {
			return err
		}
	}
	*l = items
	return wrong.orNil()
}

// text reads a string: encoding/json would let null stand for an empty one.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var value *string
	if err := json.Unmarshal(data, &value); err != nil || value == nil {
		return Misfit{{"", "a text"}}
	}
	*t = text(*value)
	return nil
}

// wholeNumber reads 2.0 as 2: JSON has one kind of number, and to a JSON schema that is an integer.
type wholeNumber int

func (n *wholeNumber) UnmarshalJSON(data []byte) error {
	number, err := strconv.ParseFloat(string(data), 64)
	if err != nil || number != math.Trunc(number) || number < 0 || number > math.MaxInt32 {
		return Misfit{{"", fmt.Sprintf("a whole number from 0 to %d", math.MaxInt32)}}
	}
	*n = wholeNumber(number)
	return nil
}
