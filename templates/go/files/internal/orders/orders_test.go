package orders

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func accepted(t *testing.T) Order {
	t.Helper()
	order, broken := Wanted{Customer: "c-1", Items: []Item{{"TEA-1", 2}, {"MUG-7", 3}}}.Accept()
	if len(broken) > 0 {
		t.Fatalf("it is valid: %v", broken)
	}
	return order
}

func TestAnOrderKnowsItsUnits(t *testing.T) {
	if units := accepted(t).Units; units != 5 {
		t.Errorf("got %d units, want 5", units)
	}
}

func TestEveryBrokenRuleIsReportedWithItsPlace(t *testing.T) {
	_, broken := Wanted{Customer: "a b", Items: []Item{{"TEA-1", 0}, {"", 1}}}.Accept()
	var fields []string
	for _, field := range broken {
		fields = append(fields, field.Field)
	}
	if want := []string{"/customer", "/items/0/quantity", "/items/1/sku"}; !slices.Equal(fields, want) {
		t.Errorf("got %v, want %v", fields, want)
	}

	_, broken = Wanted{Customer: "c-1"}.Accept()
	if want := []FieldError{{"/items", "1 to 50 items"}}; !slices.Equal(broken, want) {
		t.Errorf("got %v, want %v", broken, want)
	}
}

func TestTheLongestNamesAreAllowedAndNoLongerOnes(t *testing.T) {
	for _, test := range []struct {
		customer, sku int
		want          []FieldError
	}{
		{64, 32, nil},
		{65, 32, []FieldError{{"/customer", "1 to 64 letters, digits and dashes"}}},
		{64, 33, []FieldError{{"/items/0/sku", "1 to 32 letters, digits and dashes"}}},
	} {
		wanted := Wanted{
			Customer: strings.Repeat("c", test.customer),
			Items:    []Item{{strings.Repeat("s", test.sku), 1}},
		}
		if _, broken := wanted.Accept(); !slices.Equal(broken, test.want) {
			t.Errorf("got %v, want %v", broken, test.want)
		}
	}
}

func TestAQuantityIsAWholeNumberHoweverItIsWritten(t *testing.T) {
	for _, text := range []string{"2", "2.0", "0.2e1"} {
		var item Item
		if err := json.Unmarshal([]byte(`{"sku": "TEA-1", "quantity": `+text+`}`), &item); err != nil || item.Quantity != 2 {
			t.Errorf("%s is read as %d, %v", text, item.Quantity, err)
		}
	}
	for _, text := range []string{"2.5", "-1", "1e300", "null", `"2"`, "[2]"} {
		var item Item
		if err := json.Unmarshal([]byte(`{"sku": "TEA-1", "quantity": `+text+`}`), &item); err == nil {
			t.Errorf("%s is read as %d", text, item.Quantity)
		}
	}
}

func TestAnOrderHasItsMembersAndNoOthers(t *testing.T) {
	for text, want := range map[string]Misfit{
		`[]`:                               {{"", "an object"}},
		`null`:                             {{"", "an object"}},
		`{"customer": "c-1"}`:              {{"/items", "there"}},
		`{"Customer": "c-1", "items": []}`: {{"/Customer", "left out, or there once"}, {"/customer", "there"}},
		`{"customer": "a", "customer": "b", "items": []}`: {{"/customer", "left out, or there once"}},
		`{"customer": 1, "items": {}}`:                    {{"/customer", "a text"}, {"/items", "a list"}},
		`{"customer": null, "items": null}`:               {{"/customer", "a text"}, {"/items", "a list"}},
		`{"customer": "c-1", "items": [null, {"sku": "TEA-1"}, {"sku": 1, "quantity": 2.5}]}`: {
			{"/items/0", "an object"},
			{"/items/1/quantity", "there"},
			{"/items/2/sku", "a text"},
			{"/items/2/quantity", "a whole number from 0 to 2147483647"},
		},
		`{"customer": "c-1", "items": [], "a/b~c": {"d": [1]}}`: {{"/a~1b~0c", "left out, or there once"}},
	} {
		err := json.Unmarshal([]byte(text), new(Wanted))
		if got, _ := errors.AsType[Misfit](err); !slices.Equal(got, want) {
			t.Errorf("%s gives %v, want %v", text, err, want)
		}
	}
}

func TestWhatIsToldOfAWrongOrderIsShortHoweverMuchIsWrong(t *testing.T) {
	for text, want := range map[string]Misfit{
		`{"customer": "c-1", "items": [` + strings.Repeat("{},", maxItems) + `{}]}`: {{"/items", "1 to 50 items"}},
		`{"customer": "c-1", "items": []` + strings.Repeat(`, "a": 1`, 1000) + `}`:  {{"/a", "left out, or there once"}},
	} {
		err := json.Unmarshal([]byte(text), new(Wanted))
		if got, _ := errors.AsType[Misfit](err); !slices.Equal(got, want) {
			t.Errorf("%.40s gives %v, want %v", text, err, want)
		}
	}
}

func TestAnIDHasOneForm(t *testing.T) {
	for text, valid := range map[string]bool{
		"6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10":   true,
		"6F1C1C1E-8A0B-4C57-9D0E-2F4F1F8F3A10":   true,
		"6f1c1c1e8a0b4c579d0e2f4f1f8f3a10":       false,
		"{6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10}": false,
		"6f1c1c1e-8a0b-4c57-9d0e-2f4f1f8f3a10\n": false,
		"17":                                     false,
		"":                                       false,
	} {
		if _, err := ParseID(text); (err == nil) != valid {
			t.Errorf("%q: %v", text, err)
		}
	}
	if id := accepted(t).ID; !idForm.MatchString(string(id)) || id[14] != '4' {
		t.Errorf("%s is no UUID of version 4", id)
	}
}

func TestTheOldestOrderGoesWhenTheStoreIsFull(t *testing.T) {
	store := NewStore()
	keep := func() ID {
		order := accepted(t)
		store.Keep(order)
		return order.ID
	}
	kept := func(id ID) bool {
		_, found := store.Find(id)
		return found
	}
	first, second := keep(), keep()
	for range capacity - 2 {
		keep()
	}
	if !kept(first) {
		t.Error("the first goes before the store is full")
	}
	if last := keep(); kept(first) || !kept(second) || !kept(last) {
		t.Error("the first should go, the second and the last should stay")
	}
	if keep(); kept(second) {
		t.Error("the second goes next")
	}
}
